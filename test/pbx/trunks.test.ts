import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proposalsOf } from '../../src/pbx/trunks.ts';

/** What a PBX writes, and the source that the policy would name. */
const hosts: readonly [string, string | undefined][] = [
  ['sip.carrier.example', 'sip.carrier.example'],
  ['SIP.Carrier.Example.', 'sip.carrier.example'],
  ['sip:31201234567@sip.carrier.example:5060', 'sip.carrier.example'],
  ['sip:proxy.carrier.example;lr', 'proxy.carrier.example'],
  ['<sip:198.51.100.7:5060;transport=tcp>', '198.51.100.7'],
  ['sips:[2001:db8::7]:5061', '2001:db8::7'],
  ['198.51.100.7:5080', '198.51.100.7'],
  ['203.0.113.20/255.255.255.240', '203.0.113.16/28'],
  ['203.0.113.5/255.255.255.255', '203.0.113.5'],
  ['2001:db8::5/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::5'],
  ['203.0.113.5/32', '203.0.113.5'],
  ['0.0.0.0/0', undefined],
  ['10.0.0.0/8', undefined],
  ['127.0.0.1', undefined],
  ['localhost', undefined],
  ['othersection', undefined],
  ['198.51.100.7/255.0.255.0', undefined],
  ['sip:a b@', undefined],
  ['', undefined],
];

for (const [host, source] of hosts) {
  test(`a trunk at ${host || 'nothing'} is ${source ?? 'not proposed'}`, () => {
    const found = proposalsOf([{ endpoint: 'gntel', host, where: 'identify' }]);
    assert.deepEqual(
      found.flatMap(({ sources }) => sources),
      source === undefined ? [] : [source],
    );
  });
}

test('what is told of one trunk comes together, under a name that the policy takes', () => {
  const found = proposalsOf([
    { endpoint: 'GN Tel/1', host: 'sip.carrier.example', where: 'registration' },
    { endpoint: 'GN Tel/1', host: '198.51.100.7', where: 'identify' },
    { endpoint: 'GN Tel/1', host: '198.51.100.7', where: 'identify' },
    { endpoint: '\r\n', host: '198.51.100.8', where: 'identify' },
  ]);
  assert.deepEqual(found[0], {
    name: 'GN-Tel-1',
    endpoint: 'GN Tel/1',
    sources: ['sip.carrier.example', '198.51.100.7'],
    why: 'registration, identify',
  });
  assert.match(found[1]?.name ?? '', /^[A-Za-z0-9][\w.-]*$/);
});

test('however many there are, no more than the schema takes', () => {
  const traces = Array.from({ length: 3000 }, (_, at) => ({
    endpoint: `t${at % 1500}`,
    host: `198.51.${at >> 8}.${at & 255}`,
    where: 'identify',
  }));
  assert.equal(proposalsOf(traces).length, 1000);
});
