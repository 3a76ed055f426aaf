import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { doctor } from '../../../src/cli/doctor.ts';
import { healthyOptions, makeHealthy } from '../../fake/ami-healthy.ts';
import { type FakeAmi, startAmiServer } from '../../fake/ami-server.ts';
import { tempFolder } from '../../store/temp.ts';
import { recorder } from '../recorder.ts';

/** Of a fixed length, so that lines break where they do. */
const NO_SOCKET = '/nowhere/no.sock';

/** A PBX of fakes, with a policy for it. */
async function site(context: TestContext, values: Record<string, string> = {}) {
  const folder = tempFolder(context);
  const ami = await startAmiServer(healthyOptions(Date.now, values));
  context.after(() => ami.stop());
  makeHealthy(ami, await sipServer(context, ami));
  const soon = String(Math.floor(Date.now() / 1000) + 600);
  ami.database.set('ghostgate/state/alive', soon);
  ami.database.set('ghostgate/carrier/203.0.113.5', soon);
  writeFileSync(
    join(folder, 'acl.conf'),
    '[ghostgate]\npermit=0.0.0.0/0.0.0.0\ndeny=198.51.100.9/32\n',
  );
  for (const [name, text] of [
    ['ami', 'secret'],
    ['token', 'mark'],
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  const policy = join(folder, 'policy.yaml');
  writeFileSync(
    policy,
    `site: acme-hq
mode: observe
pbxs:
  - name: acme
    asterisk:
      port: ${ami.port}
      username: ghostgate
      secret: { file: ami }
      channel_token: { file: token }
trunks: [{ name: gntel, sources: [203.0.113.5] }]
gate: { enabled: true }
enforce: [{ asterisk-acl: { file: ${folder}/acl.conf } }]
store: { path: ${folder} }
`,
  );
  const run = async (...args: string[]) => {
    const output = recorder();
    const parts = { fail2banSocket: join(folder, 'none.sock') };
    const exit = await doctor(['--policy', policy, '--socket', NO_SOCKET, ...args], output, parts);
    const clean = (text: string) =>
      text
        .replaceAll(folder, '/tmp/x')
        .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:40000')
        .replace(/after \d+ ms/, 'after 3 ms');
    return { exit, out: clean(output.written.out), err: clean(output.written.err) };
  };
  return { ami, run };
}

/** Answers a REGISTER, and lets AMI tell of it, as chan_pjsip does. */
async function sipServer(context: TestContext, ami: FakeAmi): Promise<number> {
  const server = createSocket('udp4');
  context.after(() => server.close());
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (_, from) => {
    ami.emit(
      `Event: FailedACL\r\nPrivilege: security,all\r\nService: PJSIP\r\nAccountID: anonymous\r\nRemoteAddress: IPV4/UDP/127.0.0.1/${from.port}`,
    );
    server.send('SIP/2.0 404 Not Found\r\nCSeq: 1 REGISTER\r\n\r\n', from.port);
  });
  return server.address().port;
}

test('doctor: a healthy PBX, and no daemon', async (context) => {
  const { run } = await site(context);
  const { exit, out } = await run();
  assert.equal(
    out,
    `acme: Asterisk 22.10.1
  ok        rights: AMI user ghostgate may do what it needs, and no more
  ok        events: AMI user ghostgate reads security, call
  ok        filters: the PBX takes the event filters against forged events
  ok        channelvars: channelvars holds GHOSTGATE_TOKEN: no function, so
            nothing that deadlocks Asterisk
  ok        token: genuine channel events carry the mark of the policy
  ok        gate: the gate is in force, and somebody judges
  ok        doors: anybody can call into [ghostgate-in-public] (chan_pjsip,
            endpoint anonymous); the gate comes first
  ok        acl: the ACL ghostgate stands before chan_pjsip and denies nobody
            but the banned
  ok        clock: the clocks of the PBX and of this machine agree
  ok        canary: a harmless REGISTER to 127.0.0.1:40000 came back as
            FailedACL after 3 ms; no Ghostgate runs that could judge it

Trunks and trusted networks
  ok        trunks: every trunk that the PBX is configured with is in the policy
  ok        allowed: trunk gntel: shut out nowhere (ACL ghostgate, gate of
            acme); the gate knows it

Ghostgate
  warning   daemon: no daemon is running on /nowhere/no.sock: nobody judges
            systemctl start ghostgate; or name its socket with --socket or
            GHOSTGATE_SOCKET

13 checks: 1 warning.
`,
  );
  assert.equal(exit, 0);
});

test('doctor: what is wrong comes with its fix, and exit code 1', async (context) => {
  const { ami, run } = await site(context, {
    'AST_CONFIG(manager.conf,general,channelvars,0)': 'GHOSTGATE_TOKEN,CHANNEL(recvip)',
    'DIALPLAN_EXISTS(ghostgate-gate,s,1)': '',
  });
  ami.database.set('ghostgate/ban/203.0.113.5', String(Math.floor(Date.now() / 1000) + 600));
  const { exit, out } = await run();
  assert.equal(exit, 1);
  for (const part of [
    `  FAILED    channelvars: channelvars holds the function CHANNEL(recvip):
            Asterisk deadlocks with the first calls, and answers no more INVITEs
            until it is killed
            In [general] of manager.conf (on FreePBX manager_custom.conf, under
            [general](+)) write the line without the function, before the next
            call comes. These lines show where it stands:
              grep -n channelvars /etc/asterisk/manager*.conf
              channelvars = GHOSTGATE_TOKEN
              asterisk -rx 'manager reload'
`,
    '  FAILED    gate: the policy has a gate, and the dialplan of the PBX holds no\n',
    '  FAILED    doors: anybody can call into [ghostgate-in-public] (chan_pjsip,\n',
    `  FAILED    allowed: trunk gntel is shut out by gate of acme: 203.0.113.5
            Let it in now; its calls are being lost:
              ghostgate unban 203.0.113.5
`,
    '4 failures, 1 warning.',
  ]) {
    assert.ok(out.includes(part), `${part}\nis not in\n${out}`);
  }
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
});

test('doctor: a PBX that cannot be asked is exit code 3, and machines can read it', async (context) => {
  const { ami, run } = await site(context);
  await ami.stop();
  const { exit, out } = await run('--json');
  assert.equal(exit, 3);
  const told: {
    exit: number;
    groups: {
      name: string;
      unreachable?: true;
      findings: { check: string; level: string; fix?: { say: string } }[];
    }[];
  } = JSON.parse(out);
  assert.equal(told.exit, 3);
  const [pbx] = told.groups;
  assert.deepEqual([pbx?.name, pbx?.unreachable], ['acme', true]);
  assert.deepEqual([pbx?.findings[0]?.check, pbx?.findings[0]?.level], ['login', 'failed']);
  assert.ok((pbx?.findings[0]?.fix?.say ?? '') !== '');
});

test('doctor changes nothing on the PBX', async (context) => {
  const { ami, run } = await site(context);
  await run();
  const asked = new Set(ami.actions.map(({ headers }) => headers.get('Action') ?? ''));
  assert.deepEqual(
    [...asked].toSorted((a, b) => (a < b ? -1 : 1)),
    [
      'Challenge',
      'CoreSettings',
      'DBGetTree',
      'Filter',
      'GetConfig',
      'Getvar',
      'ListCommands',
      'Login',
      'PJSIPShowEndpoint',
      'PJSIPShowEndpoints',
      'PJSIPShowRegistrationsOutbound',
      'SIPpeers',
      'ShowDialPlan',
    ],
  );
});

test('doctor: usage and a bad policy are exit code 2', async () => {
  const output = recorder();
  assert.equal(await doctor(['--nonsense'], output), 2);
  assert.equal(await doctor(['--policy', '/nowhere/policy.yaml'], output), 2);
  assert.match(output.written.err, /nowhere\/policy\.yaml/);
  assert.equal(await doctor(['--help'], output), 0);
  for (const line of output.written.out.split('\n')) assert.ok(line.length <= 80, line);
});
