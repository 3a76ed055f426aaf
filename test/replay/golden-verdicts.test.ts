import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createCourt } from '../../src/replay/court.ts';
import { fromRoot } from '../root.ts';
import { captures } from './capture-events.ts';
import { mixedPolicy } from './mixed.ts';

const path = fromRoot('test', 'captures', 'golden-verdicts.json');
const REMAKE =
  'GHOSTGATE_GOLDEN=write node dist/test/all.js golden-verdicts, and read the difference';

describe('the golden verdicts of every capture', async () => {
  const policy = await mixedPolicy();
  const hosts = new Map([['sip.carrier.example', ['198.18.12.1']]]);
  const found = Object.fromEntries(
    captures().map(({ name, pbx, events }) => {
      const court = createCourt(policy, hosts);
      const counts = new Map<string, number>();
      for (const event of events) {
        const judged = court.take({ record: 'event', at: event.seenAt, event });
        if (judged === undefined) continue;
        const { verdict, considered } = judged;
        const refused = considered !== undefined && 'refused' in considered ? ', refused' : '';
        const what = `${event.kind} ${event.source.address}: ${verdict.answer} by ${verdict.rule}${refused}`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
      const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return [`${pbx}/${name}`, Object.fromEntries(sorted)];
    }),
  );
  if (process.env['GHOSTGATE_GOLDEN'] === 'write') {
    writeFileSync(path, `${JSON.stringify(found, undefined, 1)}\n`);
  }
  const golden = JSON.parse(readFileSync(path, 'utf8')) as typeof found;

  it('are those of the file', () => {
    assert.deepEqual(Object.keys(found).toSorted(), Object.keys(golden).toSorted());
    for (const [name, verdicts] of Object.entries(found)) {
      assert.deepEqual(verdicts, golden[name], `${name}\n${REMAKE}`);
    }
  });

  it('ban no phone and no trunk', () => {
    for (const [name, verdicts] of Object.entries(found)) {
      for (const what of Object.keys(verdicts)) {
        if (/: ban by/.test(what)) assert.doesNotMatch(what, /198\.18\.(?:1[23]|[23])\.1:/, name);
      }
    }
  });
});
