import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { wireTo } from './proxy.ts';
import { ACCEPT, openSite, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEYS = { a: newKeys(), b: newKeys(), c: newKeys(), d: newKeys(), away: newKeys() };
type Site = keyof typeof KEYS;

/** Told while it is away: for how long, and whether it holds when it is back after a week. */
const TOLD: readonly [hours: number, holds: boolean][] = [
  [1, false],
  [6, false],
  [24, false],
  [6 * 24, false],
  [7 * 24 - 1, false],
  [7 * 24 + 1, true],
  [8 * 24, true],
  [30 * 24, true],
];

/** Sources by what becomes of them. */
const KEPT = '198.51.100.1';
const FREED = '198.51.100.2';
const LIFTED = '198.51.100.3';
const BY_REVOKED = '198.51.100.4';
const STICKY = '198.51.100.5';
const FREED_THEN = '198.51.100.6';
const FREED_WIDE = '198.18.7.7';
const TWO_LEFT = '198.51.100.7';
const THREE_LEFT = '198.51.100.8';
const TOLD_TWICE = '198.51.100.9';

async function openFleet(t: TestContext) {
  const folder = tempFolder(t);
  const { operator, nats, hand } = await newFleet(t, folder, KEYS);
  const wire = await wireTo(t, nats.port);
  /** What the site that goes away reads from its clock, beyond what it is. */
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const open = (site: Site) =>
    openStored(
      t,
      join(folder, site),
      (memory) => {
        const isAway = site === 'away';
        const url = isAway ? `nats://127.0.0.1:${wire.port}` : nats.url;
        const more = isAway ? { now } : {};
        return openSite(site, KEYS[site], operator, url, memory, ACCEPT, undefined, more);
      },
      site === 'away' ? now : Date.now,
    );
  return { hand, wire, open, aWeekGoesBy: () => void (ahead = 7 * DAY) };
}

const notice = (target: string, ms: number, proof: 'proven' | 'forgeable' = 'proven') => ({
  target,
  rule: 'flood',
  proof,
  until: Date.now() + ms,
});

for (const isRestarted of [false, true]) {
  const how = isRestarted ? 'started anew' : 'its link back';
  test(
    `a week away, ${how}: what holds is applied once, what ran out never`,
    { skip },
    async (t) => {
      const { hand, wire, open, aWeekGoesBy } = await openFleet(t);
      const [a, b, c, d] = [open('a'), open('b'), open('c'), open('d')];
      const away = open('away');
      for (const site of [a, b, c, d, away])
        await until('it is up', () => site.fleet.report().member);
      const sent = () =>
        until('all is sent', () => [a, b, c, d].every(({ fleet }) => fleet.report().unsent === 0));
      for (const target of [KEPT, FREED, LIFTED, FREED_WIDE])
        a.fleet.tell(notice(target, 30 * DAY));
      d.fleet.tell(notice(BY_REVOKED, 30 * DAY));
      await until('it is told while it is there', () => away.bans.size === 5);
      await hand.order({ order: 'allow', networks: [{ network: '192.0.2.0/24', because: 'x' }] });
      await until('it allows', () => away.allowed.length === 1);
      const before = new Map(away.asked);

      wire.cut();
      if (isRestarted) await away.close();
      for (const [hours] of TOLD) a.fleet.tell(notice(`203.0.113.${hours % 256}`, hours * HOUR));
      for (const site of [a, b, c]) {
        site.fleet.tell(notice(TWO_LEFT, (site === c ? 1 : 30 * 24) * HOUR, 'forgeable'));
        site.fleet.tell(notice(THREE_LEFT, 30 * DAY, 'forgeable'));
      }
      a.fleet.tell(notice(TOLD_TWICE, 30 * DAY));
      await sent();
      a.fleet.tell(notice(TOLD_TWICE, HOUR));
      a.fleet.lift(LIFTED);
      await sent();
      const unban = (target: string, ms: number) =>
        hand.order({ order: 'unban', target, because: 'an office', until: Date.now() + ms });
      await unban(FREED, DAY);
      await unban(STICKY, 30 * DAY);
      await unban(FREED_THEN, DAY);
      await unban('198.18.7.0/24', DAY);
      await until('those who are there let them in', () => b.freed.length === 4);
      // Whoever is there does not hear this: the operator has just let them in.
      for (const target of [STICKY, FREED_THEN, '198.18.7.8'])
        b.fleet.tell(notice(target, 30 * DAY));
      await hand.order({ order: 'revoke', site: 'd', because: 'stolen' });
      const listed = ['192.0.2.0/25', '198.18.0.0/15'].map((network) => ({
        network,
        because: 'x',
      }));
      await hand.order({ order: 'allow', networks: listed.slice(0, 1) });
      await hand.order({ order: 'allow', networks: listed });
      await sent();
      await until('d counts no more', () => a.fleet.report().sites === 4);

      aWeekGoesBy();
      wire.mend();
      const again = isRestarted ? open('away') : away;
      // As its own list of bans does, over a restart too.
      for (const [target, decision] of away.bans) again.bans.set(target, decision);
      await until('it has read all', () => again.allowed.length === 2, 60_000);
      await until(
        'it has caught up',
        () => (again.fleet.report().caughtUpAt ?? 0) > Date.now() + DAY,
        60_000,
      );
      await pause(300);

      const held = TOLD.filter(([, holds]) => holds).map(([hours]) => `203.0.113.${hours % 256}`);
      const wanted = [KEPT, THREE_LEFT, ...held];
      assert.deepEqual([...again.bans.keys()].toSorted(), wanted.toSorted(), 'what holds alone');
      assert.equal(again.bans.get(THREE_LEFT)?.proof, 'forgeable');
      for (const target of wanted) assert.equal(again.asked.get(target) ?? 1, 1, target);
      for (const target of again.bans.keys())
        assert.ok((again.bans.get(target)?.until ?? 0) > Date.now() + 7 * DAY);
      // What ended for the others ends here as well, though the order that ended it is over.
      assert.deepEqual(again.ended.filter((target) => before.has(target)).toSorted(), [
        FREED_WIDE,
        LIFTED,
        BY_REVOKED,
      ]);
      assert.deepEqual(again.freed, [FREED, STICKY, FREED_THEN, '198.18.7.0/24']);
      assert.deepEqual(again.allowed, ['192.0.2.0/25', '198.18.0.0/15']);
      assert.equal(again.fleet.report().sites, 4);
      assert.deepEqual(again.refusals, []);
    },
  );
}
