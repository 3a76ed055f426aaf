import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { NotifyWay } from '../../src/policy/policy-notify.ts';
import { sendBySendmail, sendBySmtp } from '../../src/notify/email.ts';
import type { Message } from '../../src/notify/message.ts';
import { SendError } from '../../src/notify/send-error.ts';
import { post } from '../../src/notify/webhook.ts';
import { tempFolder } from '../store/temp.ts';
import type { Answer } from './receivers.ts';
import { mailReceiver, webReceiver } from './receivers.ts';

type Webhook = Extract<NotifyWay, { kind: 'webhook' }>;
type Smtp = Extract<NotifyWay, { kind: 'smtp' }>;

const AT = 1_800_000_000_000;
const HOSTILE = '<!channel> <https://evil.example|click> & *bold* [x](https://evil.example)';
const MESSAGE: Message = {
  site: 'acme',
  at: AT,
  items: [{ kind: 'notice', count: 2, texts: [HOSTILE] }],
  lost: 0,
};
const LINES = [HOSTILE, '… and 1 more of this kind'];

test('a webhook is posted in each format, and nothing a stranger chose is markup in it', async (t) => {
  const { url, posted } = await webReceiver(t, () => ({ status: 200, text: 'ok\n' }));
  const send = async (parts: Partial<Webhook>): Promise<unknown> => {
    const webhook: Webhook = { kind: 'webhook', url, format: 'json', secret: undefined, ...parts };
    assert.equal(await post(webhook, MESSAGE), '200 ok');
    return JSON.parse(posted.at(-1)?.body ?? '');
  };
  const title = 'acme: 2 notices';
  assert.deepEqual(await send({}), { ...MESSAGE, title, text: LINES.join('\n') });
  assert.equal(posted[0]?.headers['x-ghostgate-signature'], undefined);

  assert.deepEqual(await send({ format: 'slack' }), {
    text: `${title}\n&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; *bold* [x](https://evil.example)\n… and 1 more of this kind`,
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  });

  const teams = JSON.stringify(await send({ format: 'teams', secret: 'a key' }));
  const { type, attachments } = JSON.parse(teams) as {
    type: string;
    attachments: { content: { type: string; body: { type: string; inlines: object[] }[] } }[];
  };
  const [card] = attachments;
  assert.deepEqual([type, card?.content.type], ['message', 'AdaptiveCard']);
  const runs = card?.content.body.flatMap(({ inlines }) => inlines) ?? [];
  assert.deepEqual(
    runs.map((run) => Reflect.get(run, 'type') as unknown),
    ['TextRun', 'TextRun', 'TextRun'],
  );
  assert.equal(Reflect.get(runs[1] ?? {}, 'text'), HOSTILE);

  const [last] = posted.slice(-1);
  const { headers, body } = last ?? assert.fail('it was posted');
  const stamp = String(AT / 1000);
  const hmac = createHmac('sha256', 'a key').update(`${stamp}.${body}`).digest('hex');
  assert.equal(headers['x-ghostgate-timestamp'], stamp);
  assert.equal(headers['x-ghostgate-signature'], `sha256=${hmac}`);
});

test('a webhook that is not taken says why, never where', async (t) => {
  let answer: Answer = { status: 500 };
  const { url, posted } = await webReceiver(t, () => answer);
  const rows: [answer: Answer, wanted: RegExp, againMs?: number][] = [
    [{ status: 404, text: 'no_service\u001B[2J' }, /^it answered 404 no_service\u{FFFD}\[2J$/u],
    [{ status: 404, text: 'Cannot POST /services/T0/SECRET' }, /^it answered 404$/],
    [{ status: 429, headers: { 'retry-after': '30' } }, /^it answered 429 ok$/, 30_000],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, /^it answered 302/],
    [{ status: 500, text: 'x'.repeat(100_000) }, /^it answered 500 x{1,200}$/],
  ];
  for (const [said, wanted, againMs] of rows) {
    answer = said;
    const webhook: Webhook = { kind: 'webhook', url, format: 'json', secret: undefined };
    await assert.rejects(post(webhook, MESSAGE), (error) => {
      assert.ok(error instanceof SendError);
      assert.match(error.message, wanted);
      assert.equal(error.againMs, againMs);
      return true;
    });
  }
  assert.equal(posted.length, rows.length);
  const gone = 'http://127.0.0.1:1/services/T0/SECRET';
  const nobody: Webhook = { kind: 'webhook', url: gone, format: 'json', secret: undefined };
  await assert.rejects(post(nobody, MESSAGE), (error: Error) => !error.message.includes('SECRET'));
});

function smtp(port: number, parts: Partial<Smtp> = {}): Smtp {
  const to = ['noc@example.com', 'anna@example.com'];
  const from = 'gate@example.com';
  const where = { host: '127.0.0.1', port, tls: 'none', login: undefined } as const;
  return { kind: 'smtp', to, from, ...where, ...parts };
}

test('a mail server is given the mail, with a login where it asks', async (t) => {
  const { port, mails } = await mailReceiver(t, { login: 'gate:open sesame' });
  const login = { user: 'gate', password: 'open sesame' };
  assert.equal(await sendBySmtp(smtp(port, { login }), MESSAGE), '250 queued as 4711');
  const [mail] = mails;
  assert.deepEqual(
    [mail?.from, mail?.to, mail?.user],
    ['gate@example.com', ['noc@example.com', 'anna@example.com'], 'gate'],
  );
  assert.match(mail?.data ?? '', /^Subject: \[Ghostgate\] acme: 2 notices$/m);
  assert.match(mail?.data ?? '', /^Auto-Submitted: auto-generated$/m);
});

test('a mail that is not taken says why, without the password', async (t) => {
  const strict = await mailReceiver(t, { login: 'gate:open sesame' });
  const full = await mailReceiver(t, { refuses: '452 mailbox full' });
  const login = { user: 'gate', password: 'a wrong one' };
  const rows: [way: Smtp, wanted: RegExp][] = [
    [smtp(strict.port, { login }), /535 wrong: …/],
    [smtp(full.port), /452 mailbox full/],
    // It offers no STARTTLS: nothing goes in clear text then.
    [smtp(full.port, { tls: 'starttls' }), /STARTTLS|TLS/],
    [smtp(1), /ECONNREFUSED/],
  ];
  for (const [way, wanted] of rows) {
    await assert.rejects(sendBySmtp(way, MESSAGE), (error) => {
      assert.ok(error instanceof SendError);
      assert.match(error.message, wanted);
      assert.doesNotMatch(error.message, /a wrong one/);
      return true;
    });
  }
  assert.deepEqual([strict.mails, full.mails], [[], []]);
});

test('STARTTLS is used, and a certificate that nobody vouches for is refused', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    t.skip('no openssl to make certificates with');
    return;
  }
  const folder = tempFolder(t);
  const [cert, key] = [join(folder, 'cert'), join(folder, 'key')];
  const words =
    '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost', '-out', cert, '-keyout', key];
  execFileSync('openssl', ['req', ...words.split(' '), ...names], { stdio: 'ignore' });
  const pem = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  const { port, mails } = await mailReceiver(t, { pem });
  const way = smtp(port, { host: 'localhost', tls: 'starttls' });
  await assert.rejects(sendBySmtp(way, MESSAGE), /self-signed certificate/);
  assert.equal(mails.length, 0);
  // Another process trusts it: what it trusts is read when it starts.
  const email = new URL('../../src/notify/email.js', import.meta.url).href;
  const script = `import { sendBySmtp } from ${JSON.stringify(email)};
    console.log(await sendBySmtp(${JSON.stringify(way)}, ${JSON.stringify(MESSAGE)}));`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: cert };
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  assert.equal(stdout.trim(), '250 queued as 4711');
  assert.equal(mails[0]?.secure, true);
});

test('sendmail gets its arguments apart and the mail on its input', async (t) => {
  const folder = tempFolder(t);
  const script = (name: string, body: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const to = ['noc@example.com', 'root@localhost'];
  const way = { kind: 'sendmail', to, from: 'gate@example.com' } as const;
  const good = script('good', `printf '%s\\n' "$@" > ${folder}/args; cat > ${folder}/mail`);
  assert.equal(await sendBySendmail({ ...way, path: good }, MESSAGE), `${good} took it`);
  const args = readFileSync(join(folder, 'args'), 'utf8').trim().split('\n');
  assert.deepEqual(args, ['-i', '-f', 'gate@example.com', '--', ...to]);
  const mail = readFileSync(join(folder, 'mail'), 'utf8');
  assert.match(mail, /^Subject: \[Ghostgate\] acme: 2 notices$/m);
  assert.doesNotMatch(mail, /\r/);
  const bad = script('bad', 'echo "no queue" >&2; exit 75');
  for (const [path, wanted] of [
    [bad, /bad ended with 75: no queue/],
    [join(folder, 'none'), /ENOENT/],
  ] as const) {
    await assert.rejects(sendBySendmail({ ...way, path }, MESSAGE), wanted);
  }
});
