import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FeedMistake, feedParser } from '../../src/feed/parse.ts';
import type { FeedPolicy } from '../../src/policy/policy-feeds.ts';

type How = Partial<Pick<FeedPolicy, 'format' | 'column' | 'maxEntries'>>;

function read(text: string, how: How = {}, cut = 7) {
  const networks: string[] = [];
  const settings = { format: undefined, column: undefined, maxEntries: 1000, ...how };
  const parser = feedParser(settings, (network) => networks.push(network));
  for (let at = 0; at < text.length; at += cut) parser.take(text.slice(at, at + cut));
  const work = parser.end();
  let step = work.next();
  while (step.done !== true) step = work.next();
  return { networks, ...step.value };
}

const TWO = ['198.51.100.7', '203.0.113.0/24'];
const LISTS: readonly (readonly [string, string, How?])[] = [
  ['plain', '198.51.100.7\n203.0.113.0/24\n'],
  ['plain, no line end, CRLF', '198.51.100.7\r\n203.0.113.0/24'],
  [
    'plain, a BOM, comments, blank lines',
    '\u{FEFF}# list\n\n198.51.100.7 # bad\n; x\n// y\n203.0.113.9/24',
  ],
  ['plain as Spamhaus writes it', '; DROP\n198.51.100.7 ; SBL1\n203.0.113.0/24 ; SBL2\n'],
  ['plain with a tab', '198.51.100.7\t12 reports\n203.0.113.0/24\t3 reports'],
  ['csv', '198.51.100.7,12\n203.0.113.0/24,3\n'],
  [
    'csv with a header',
    'seen,address,why\n2026-01-02,198.51.100.7,"a, b"\n2026-01-03,203.0.113.0/24,c',
  ],
  [
    'csv, column by name',
    'other,ADDRESS\n192.0.2.1,198.51.100.7\n192.0.2.2,203.0.113.0/24',
    { column: 'address' },
  ],
  [
    'csv, column by number',
    '192.0.2.1;198.51.100.7\n192.0.2.1;203.0.113.0/24',
    { format: 'csv', column: '2' },
  ],
  ['csv, quoted', '"198.51.100.7","x"\n"203.0.113.0/24","y"'],
  ['json', '["198.51.100.7",\n "203.0.113.0/24"]'],
  ['json, maps', '[{"ip":"198.51.100.7","n":1},{"ip":"203.0.113.0/24"}]'],
  [
    'json, column',
    '[{"a":"192.0.2.1","ip":"198.51.100.7"},{"ip":"203.0.113.0/24"}]',
    { column: 'ip' },
  ],
  [
    'json, as providers publish',
    '{"syncToken":"1","prefixes":[{"ip_prefix":"198.51.100.7/32"},{"ip_prefix":"203.0.113.0/24"}]}',
  ],
  ['json, a document a line', '{"ip":"198.51.100.7"}\n{"ip":"203.0.113.0/24"}\n'],
];

test('two entries, however they are written and cut', () => {
  for (const [name, text, how] of LISTS) {
    for (const cut of [1, 7, 10_000]) {
      const { networks, bad, entries, addresses } = read(text, how, cut);
      assert.deepEqual(networks, TWO, name);
      assert.deepEqual({ bad, entries, addresses }, { bad: 0, entries: 2, addresses: 257 }, name);
    }
  }
});

test('a bad line is counted and told by its number, and costs nobody else', () => {
  const text = `198.51.100.7\nnot here\u{1b}[31m\n10.0.0.0/7\n2001:db8::/18\n${'x'.repeat(5000)}\n203.0.113.0/24`;
  const { networks, badLines } = read(text);
  assert.deepEqual(networks, TWO);
  assert.deepEqual(badLines, [
    { line: 2, text: 'not here\u{fffd}[31m', mistake: 'not an address or prefix' },
    { line: 3, text: '10.0.0.0/7', mistake: 'wider than /8' },
    { line: 4, text: '2001:db8::/18', mistake: 'wider than /19' },
    { line: 5, text: 'x'.repeat(60), mistake: 'longer than 4096' },
  ]);
});

test('IPv6 is canonical, and counted by its /64s', () => {
  const { networks, addresses } = read('2001:DB8:0::/48\n2001:db8::0001\n::ffff:192.0.2.1');
  assert.deepEqual(networks, ['2001:db8::/48', '2001:db8::1', '192.0.2.1']);
  assert.equal(addresses, 65_536 + 1 + 1);
});

test('what is no list at all says so', () => {
  for (const [text, how, message] of [
    ['1.1.1.1\n'.repeat(11), { maxEntries: 10 }, /more than 10 lines \(max_entries\)/],
    ['no\n'.repeat(11), { maxEntries: 10 }, /more than 10 lines/],
    ['a,b\n1.1.1.1,2', { column: 'address' }, /no column of this name: address/],
    ['[1', {}, /is not JSON/],
    ['{"a"\n:[', { format: 'json' }, /is not JSON/],
  ] as const) {
    assert.throws(
      () => read(text, how),
      (error) => error instanceof FeedMistake && message.test(error.message),
    );
  }
});

test('a page where a list should be has no entry, and no line too many', () => {
  const page = '<!DOCTYPE html>\n<html><body>\nService, unavailable\n</body></html>';
  const { entries, bad } = read(page);
  assert.equal(entries, 0);
  assert.equal(bad, 4);
});

test('whatever the text, it is read or refused, and no entry is wider than allowed', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 1, max: 50 }),
      (text, cut) => {
        try {
          for (const network of read(text, {}, cut).networks) assert.ok(!/\/[0-7]$/.test(network));
        } catch (error) {
          assert.ok(error instanceof FeedMistake);
        }
      },
    ),
  );
});
