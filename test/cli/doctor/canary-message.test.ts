import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { endings, requestText } from '../../../src/cli/doctor/canary-message.ts';
import { sendCanary } from '../../../src/cli/doctor/canary-send.ts';

const CALL = {
  method: 'INVITE',
  host: '127.0.0.1',
  port: 5060,
  localHost: '127.0.0.1',
  localPort: 40_000,
  caller: '9912345678',
  called: '~ghostgate-canary',
  userAgent: 'ghostgate-canary',
} as const;

test('a canary: every line ends with CRLF, and its length is right', () => {
  const text = requestText(CALL);
  assert.ok(!/[^\r]\n/.test(text));
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  assert.equal(Number(/^Content-Length: (\d+)$/m.exec(head)?.[1]), Buffer.byteLength(body));
  assert.match(head, /^INVITE sip:~ghostgate-canary@127\.0\.0\.1:5060 SIP\/2\.0\r\n/);
  assert.match(requestText({ ...CALL, method: 'REGISTER' }), /^REGISTER sip:127\.0\.0\.1:5060 /);
  assert.match(
    requestText({ ...CALL, host: '::1', localHost: '::1' }),
    /@\[::1\]:5060 .*\r\nVia: SIP\/2\.0\/UDP \[::1\]:40000;/,
  );
});

/** What follows each answer: whatever comes of the call, it ends. */
const answers: readonly [answer: string, methods: string][] = [
  ['100 Trying', ''],
  ['180 Ringing', 'CANCEL'],
  ['403 Forbidden', 'ACK'],
  ['487 Request Terminated', 'ACK'],
  ['200 OK', 'ACK BYE'],
  ['nonsense', ''],
];

for (const [answer, methods] of answers) {
  test(`a canary answered by ${answer}: ${methods || 'nothing more'}`, () => {
    const request = requestText(CALL);
    const sent = endings(CALL, request, `SIP/2.0 ${answer}\r\nTo: <sip:x@y>;tag=theirs\r\n\r\n`);
    assert.equal(sent.map((text) => text.split(' ', 1)[0]).join(' '), methods);
    const same = sent.filter((text) => branch(text) === branch(request)).length;
    // ACK of a refusal and CANCEL belong to the INVITE's transaction; ACK of a 200 and BYE do not.
    assert.equal(same, answer.startsWith('200') ? 0 : sent.length);
    for (const text of sent) assert.ok(text.endsWith('Content-Length: 0\r\n\r\n'));
  });
}

test('a canary goes out once, is answered, and ends its call', async (context) => {
  const server = createSocket('udp4');
  context.after(() => server.close());
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const got: string[] = [];
  server.on('message', (bytes, from) => {
    const text = bytes.toString();
    got.push(text.split(' ', 1)[0] ?? '');
    if (!text.startsWith('INVITE')) return;
    for (const status of ['100 Trying', '180 Ringing', '487 Request Terminated']) {
      server.send(`SIP/2.0 ${status}\r\nCSeq: 1 INVITE\r\nTo: <sip:x@y>;tag=t\r\n\r\n`, from.port);
    }
  });
  const { method, host, caller, called, userAgent } = CALL;
  let local = 0;
  const port = server.address().port;
  const sent = await sendCanary({ method, host, port, caller, called, userAgent }, (at) => {
    local = at;
  });
  assert.equal(await sent.answer, 487);
  assert.equal(sent.localPort, local);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(got, ['INVITE', 'CANCEL', 'ACK']);
});

function branch(text: string): string | undefined {
  return /branch=([^;\r]+)/.exec(text)?.[1];
}
