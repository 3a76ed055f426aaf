import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchange } from './exchange.ts';
import { NOW, aBan, aReport, fakeControl, served } from './fake-control.ts';

test('status and explain answer what the control says', async (context) => {
  const socketPath = await served(context, fakeControl());
  const status = await exchange({ socketPath, path: '/status' });
  assert.equal(status.status, 200);
  assert.match(status.type ?? '', /^application\/json/);
  assert.deepEqual(JSON.parse(status.text), aReport());
  const paths: [string, number, unknown][] = [
    ['203.0.113.9', 200, '203.0.113.9'],
    ['203.0.113.9%2F28', 200, '203.0.113.0/28'],
    ['2001:DB8:0::1', 200, '2001:db8::1'],
    ['2001%3Adb8%3A1%3A2%3A%3A%2F64', 200, '2001:db8:1:2::/64'],
    ['10%2F8', 400, undefined],
    ['example.com', 400, undefined],
    ['%00', 400, undefined],
    ['%ff', 400, undefined],
    ['1'.repeat(5000), 400, undefined],
    ['..%2F..%2Fetc', 400, undefined],
  ];
  for (const [path, wanted, address] of paths) {
    const answer = await exchange({ socketPath, path: `/explain/${path}` });
    assert.equal(answer.status, wanted, path);
    const body: { address?: unknown; error?: unknown } = JSON.parse(answer.text);
    assert.equal(body.address, address);
    assert.equal(typeof body.error, wanted === 200 ? 'undefined' : 'string');
  }
});

test('bans come newest first, as many as asked for', async (context) => {
  const bans = [1, 3, 2].map((since) => aBan({ target: `192.0.2.${since}`, since: NOW + since }));
  const socketPath = await served(context, fakeControl({ bans: () => bans }));
  const rows: [string, number, string[]][] = [
    ['/bans', 200, ['192.0.2.3', '192.0.2.2', '192.0.2.1']],
    ['/bans?limit=2', 200, ['192.0.2.3', '192.0.2.2']],
    ['/bans?limit=0', 400, []],
    ['/bans?limit=-1', 400, []],
    ['/bans?limit=many', 400, []],
  ];
  for (const [path, wanted, targets] of rows) {
    const answer = await exchange({ socketPath, path });
    assert.equal(answer.status, wanted, path);
    const body: { total?: number; bans?: { target: string }[] } = JSON.parse(answer.text);
    assert.deepEqual(
      (body.bans ?? []).map(({ target }) => target),
      targets,
      path,
    );
    if (wanted === 200) assert.equal(body.total, 3);
  }
});

const good = { target: '203.0.113.9', seconds: 60, because: 'tests', by: 'anna' };

test('a ban by hand reaches the control in canonical form, or not at all', async (context) => {
  const control = fakeControl();
  const socketPath = await served(context, control);
  const rows: [unknown, number, unknown][] = [
    [good, 200, good],
    [{ ...good, target: '203.0.113.9/28' }, 200, { ...good, target: '203.0.113.0/28' }],
    [{ ...good, because: ' a\u001b[2Jb ' }, 200, { ...good, because: 'a\u{FFFD}[2Jb' }],
    [{ ...good, target: '10/8' }, 400, undefined],
    [{ ...good, target: 'localhost' }, 400, undefined],
    [{ ...good, seconds: 0 }, 400, undefined],
    [{ ...good, seconds: 1.5 }, 400, undefined],
    [{ ...good, seconds: 1e12 }, 400, undefined],
    [{ ...good, seconds: '60' }, 400, undefined],
    [{ ...good, because: ' ' }, 400, undefined],
    [{ ...good, because: 'x'.repeat(201) }, 400, undefined],
    [{ ...good, by: '' }, 400, undefined],
    [{ ...good, more: true }, 400, undefined],
    [{ ...good, because: 'x'.repeat(5000) }, 413, undefined],
    [null, 400, undefined],
    ['text', 400, undefined],
  ];
  for (const [body, wanted, request] of rows) {
    const sent = JSON.stringify(body);
    const headers = { 'content-length': Buffer.byteLength(sent) };
    const answer = await exchange({ socketPath, method: 'POST', path: '/bans', headers }, sent);
    assert.equal(answer.status, wanted, sent);
    assert.deepEqual(control.asked.splice(0), request === undefined ? [] : [request], sent);
  }
  const chunked = { 'transfer-encoding': 'chunked' };
  const endless = { socketPath, method: 'POST', path: '/bans', headers: chunked };
  assert.equal((await exchange(endless, 'x'.repeat(100_000))).status, 413);
  assert.equal((await exchange(endless, '{"target":')).status, 400);
});

test('a release names its target in the path', async (context) => {
  const control = fakeControl();
  const socketPath = await served(context, control);
  const method = 'DELETE';
  const path = `/bans/${encodeURIComponent('2001:db8:1:2::/64')}`;
  const body = JSON.stringify({ because: 'customer', by: 'anna' });
  const headers = { 'content-length': Buffer.byteLength(body) };
  const answer = await exchange({ socketPath, method, path, headers }, body);
  assert.equal(answer.status, 200);
  assert.equal(JSON.parse(answer.text).released, true);
  assert.deepEqual(control.asked, [
    { target: '2001:db8:1:2::/64', because: 'customer', by: 'anna' },
  ]);
  assert.equal((await exchange({ socketPath, method, path })).status, 400, 'without a body');
});

test('a no of the daemon is told as such', async (context) => {
  const refusal = { refused: 'it belongs to trunk gntel', hint: 'take it out of the policy first' };
  const socketPath = await served(
    context,
    fakeControl({
      ban: async () => refusal,
      unban: async () => refusal,
      reload: async () => ({ problems: ['policy.yaml:1:1 site: required'] }),
      status: () => {
        throw new Error('a fault of ours');
      },
    }),
  );
  const told = { error: refusal.refused, hint: refusal.hint };
  const because = { because: 'tests', by: 'anna' };
  const rows: [string, string, unknown, number, unknown][] = [
    ['POST', '/bans', good, 409, told],
    ['DELETE', '/bans/203.0.113.9', because, 409, told],
    [
      'POST',
      '/reload',
      {},
      422,
      {
        error: 'the policy holds mistakes; the one before stays in force',
        hint: 'ghostgate check FILE, for every mistake with its place',
        problems: ['policy.yaml:1:1 site: required'],
      },
    ],
    [
      'GET',
      '/status',
      undefined,
      500,
      { error: 'a fault of ours', hint: 'journalctl -u ghostgate, for what the daemon says' },
    ],
    ['GET', '/other', undefined, 404, { error: 'no GET here' }],
    ['POST', '/status', {}, 404, { error: 'no POST here' }],
  ];
  for (const [method, path, body, wanted, text] of rows) {
    const sent = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-length': Buffer.byteLength(sent) };
    const answer = await exchange({ socketPath, method, path, headers }, sent);
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [wanted, text], path);
  }
});
