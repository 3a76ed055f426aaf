import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNobodys, sourceText } from '../../src/pbx/trunk-source.ts';

test('a source is taken out of whatever a PBX writes it in', () => {
  const rows: [string, string | undefined][] = [
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.0/28', '203.0.113.0/28'],
    ['203.0.113.0/255.255.255.240', '203.0.113.0/28'],
    ['203.0.113.9/255.255.255.255', '203.0.113.9'],
    ['203.0.113.0/255.0.255.0', undefined],
    ['203.0.113.9:5080', '203.0.113.9'],
    ['sip:SIP.Carrier.example', 'sip.carrier.example'],
    ['sip:user:pw@sip.carrier.example:5080;transport=tcp', 'sip.carrier.example'],
    ['<sips:203.0.113.9:5061;lr>', '203.0.113.9'],
    ['"Me" <sip:1@sip.carrier.example>', 'sip.carrier.example'],
    ['sip:[2001:db8::1]:5060', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:db8::/48', '2001:db8::/48'],
    ['0.0.0.0/0', undefined],
    ['10/8', undefined],
    ['SIP.Carrier.Example.', 'sip.carrier.example'],
    ['2001:db8::5/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::5'],
    ['localhost', undefined],
    ['sip:example.com', undefined],
    ['', undefined],
    ['sip:', undefined],
    ['bad host.example', undefined],
    ['x'.repeat(5000), undefined],
    ['evil\nname.example', undefined],
  ];
  for (const [text, want] of rows) assert.equal(sourceText(text), want, text.slice(0, 60));
});

/** Who may be a trunk, and what can be nobody's. */
const WHOSE: readonly [string, boolean][] = [
  ['203.0.113.9', false],
  ['198.51.0.0/16', false],
  ['198.0.0.0/15', true],
  ['127.0.0.1', true],
  ['127.0.5.0/24', true],
  ['0.0.0.0/32', true],
  ['::1', true],
  ['2001:db8::/32', false],
  ['2000::/16', true],
  ['sip.carrier.example', false],
];

for (const [source, nobodys] of WHOSE) {
  test(`${source} can be ${nobodys ? 'nobody' : 'somebody'}'s trunk`, () => {
    assert.equal(isNobodys(source), nobodys);
  });
}
