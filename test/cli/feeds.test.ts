import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoAsks } from '../../src/cli/ban.ts';
import { feeds } from '../../src/cli/feeds.ts';
import { NOW, aFeedsReport, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

test('every list and file with what holds of it, within 80 columns', async (context) => {
  const socket = await served(context, fakeControl());
  const output = recorder();
  assert.equal(await feeds(['--socket', socket], output, NOW), 1);
  assert.equal(
    output.written.out,
    `blocklist: held, 1,200 entries denied
  from      https://lists.example.net/sip.txt
  age       list of 2026-03-01 12:05 (2h ago), asked 1m ago
  held back it has 90000 entries, where 1200 were. If that is right: ghostgate
            feeds accept blocklist
  left out  2, like 203.0.113.0/24 (trunk gntel)
  bad lines 1, the first: line 7 "not here": not an address or prefix
own: failing, 0 entries as evidence
  from      /etc/ghostgate/own.csv
  problem   /etc/ghostgate/own.csv is not a file (name a file)
country: /var/lib/GeoIP/country.mmdb, made 2026-02-26 14:05 (3d ago)
`,
  );
});

test('accept and refresh name their feed; a refusal is told', async (context) => {
  const control = fakeControl();
  const socket = await served(context, control);
  const by = whoAsks();
  const output = recorder();
  assert.equal(await feeds(['accept', 'blocklist', '--socket', socket], output, NOW), 0);
  assert.equal(output.written.out, 'Feed blocklist is in force, with 90,000 entries.\n');
  assert.equal(await feeds(['accept', 'no/such', '--socket', socket], output, NOW), 1);
  assert.match(output.written.err, /the policy has no feed no\/such/);
  assert.equal(await feeds(['refresh', '--json', '--socket', socket], output, NOW), 1);
  assert.deepEqual(control.asked, [{ name: 'blocklist', by }, { name: 'no/such', by }, {}]);
  for (const wrong of [['accept'], ['drop', 'x'], ['list', 'x']]) {
    assert.equal(await feeds([...wrong, '--socket', socket], output, NOW), 2);
  }
});

test('a policy without lists says how to have some, and all is well without trouble', async (context) => {
  const fake = fakeControl();
  let report = { feeds: [], geo: aFeedsReport().geo } as ReturnType<typeof aFeedsReport>;
  const socket = await served(context, { ...fake, feeds: { ...fake.feeds, view: () => report } });
  const output = recorder();
  assert.equal(await feeds(['--socket', socket], output, NOW), 0);
  report = { feeds: [], geo: [] };
  assert.equal(await feeds(['--socket', socket], output, NOW), 0);
  assert.match(output.written.out, /docs\/feeds\.md/);
});
