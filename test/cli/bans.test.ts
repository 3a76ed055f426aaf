import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bans } from '../../src/cli/bans.ts';
import { widthOf } from '../../src/cli/text.ts';
import { DAY, MINUTE, NOW, aBan, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

const list = [
  aBan(),
  aBan({
    target: '2001:db8:1:2::/64',
    rule: 'scanner-user-agent',
    why: 'calls with the user agent friendly-scanner that only scanners use',
    quarantine: true,
    since: NOW - 5 * MINUTE,
    until: NOW + 5 * MINUTE,
  }),
  aBan({
    target: '198.51.100.0/28',
    rule: 'by-hand',
    why: 'whole range scans (by anna)',
    since: NOW - 2 * DAY,
    until: NOW + 12 * DAY,
  }),
];

test('a table in 80 columns, newest first, quarantines marked', async (context) => {
  const socket = await served(context, fakeControl({ bans: () => list }));
  const output = recorder();
  assert.equal(await bans(['--socket', socket], output, NOW), 0);
  assert.equal(
    output.written.out,
    `TARGET             RULE                 WHY                      SINCE   ENDS IN
2001:db8:1:2::/64  scanner-user-agent*  calls with the user ag…  5m ago  5m
203.0.113.9        auth-failure         10 wrong passwords in…   3h ago  21h
198.51.100.0/28    by-hand              whole range scans (by…   2d ago  12d
* quarantine: a short ban, for this evidence can be forged
`,
  );
});

test('the longest target is never cut', async (context) => {
  const target = '2001:db8:1111:2222:3333:4444:5555:6666/128';
  const [long] = list.slice(1);
  assert.ok(long);
  const socket = await served(context, fakeControl({ bans: () => [{ ...long, target }] }));
  const output = recorder();
  await bans(['--socket', socket], output, NOW);
  const [titles = '', row = ''] = output.written.out.split('\n');
  assert.ok(row.startsWith(`${target}  `), row);
  for (const line of [titles, row]) assert.ok(widthOf(line) <= 80, line);
});

test('how many are shown and how many there are', async (context) => {
  const many = Array.from({ length: 150 }, (_, at) => aBan({ target: `192.0.2.${at}`, since: at }));
  const socket = await served(context, fakeControl({ bans: () => many }));
  const rows: [string[], number, RegExp][] = [
    [[], 102, /^The newest 100 of 150\.$/m],
    [['--limit', '3'], 5, /^192\.0\.2\.149 .*\n.*\n.*\nThe newest 3 of 150\.$/m],
    [['--limit', '1000'], 151, /^192\.0\.2\.0 /m],
  ];
  for (const [args, lines, text] of rows) {
    const output = recorder();
    assert.equal(await bans([...args, '--socket', socket], output, NOW), 0);
    assert.equal(output.written.out.trimEnd().split('\n').length, lines);
    assert.match(output.written.out, text);
  }
  const output = recorder();
  await bans(['--json', '--socket', socket], output, NOW);
  assert.equal(JSON.parse(output.written.out).bans.length, 150, 'a program gets all of them');
});

test('nobody is shut out', async (context) => {
  const socket = await served(context, fakeControl());
  const output = recorder();
  assert.equal(await bans(['--socket', socket], output, NOW), 0);
  assert.equal(output.written.out, 'Nobody is shut out.\n');
});
