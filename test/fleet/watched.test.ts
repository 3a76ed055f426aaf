import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteRow } from '../../src/judge/fleet-view.ts';
import type { SiteReport } from '../../src/fleet/site-report.ts';
import { rowOf } from '../../src/fleet/site-row.ts';
import { MOST_TOLD } from '../../src/fleet/told.ts';
import { newKeys } from './nats.ts';
import type { StateAt } from './watch-scene.ts';
import { report, watchScene } from './watch-scene.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const T = Date.UTC(2026, 2, 1, 14);

const calls = (rejected: number, rang = 0) => ({
  calls: { judged: rejected, good: 9, rejected, rang },
});
const pbx = (state: string) => [{ name: 'acme', kind: 'asterisk', state, since: T }];

type Row = Pick<SiteRow, 'state' | 'rank'> & { readonly troubles?: readonly string[] };
const ROWS: readonly [string, Partial<SiteReport>, StateAt, Row][] = [
  ['well', {}, { at: T - MINUTE }, { state: 'ok', rank: 0 }],
  ['late', {}, { at: T - 2 * MINUTE }, { state: 'late', rank: 30 }],
  ['silent', {}, { at: T - 4 * MINUTE }, { state: 'silent', rank: 100 }],
  [
    'of a PBX that is away',
    { pbxs: pbx('connecting') },
    { at: T },
    { state: 'ok', rank: 90, troubles: ['PBX acme is connecting'] },
  ],
  [
    'of a PBX that works in part',
    { pbxs: pbx('degraded') },
    { at: T },
    { state: 'ok', rank: 40, troubles: ['PBX acme works in part'] },
  ],
  [
    'of a policy with mistakes',
    { problem: 'policy.yaml:1:1: no' },
    { at: T },
    { state: 'ok', rank: 60, troubles: ['its policy could not be loaded: policy.yaml:1:1: no'] },
  ],
  [
    'by a clock that is wrong',
    {},
    { at: T, saidAt: T - 40 * MINUTE },
    { state: 'ok', rank: 20, troubles: ['its clock is 40 min behind'] },
  ],
  [
    'by a clock that is very wrong',
    {},
    { at: T, saidAt: T + 49 * HOUR },
    { state: 'ok', rank: 20, troubles: ['its clock is 49 h ahead'] },
  ],
  [
    'with much that it could not tell',
    {},
    { at: T, unsent: 5000 },
    { state: 'ok', rank: 10, troubles: ['5000 notices wait to be told'] },
  ],
];

for (const [what, parts, when, { troubles = [], ...wanted }] of ROWS) {
  test(`a site that tells ${what}`, () => {
    const scene = watchScene();
    scene.add('acme');
    scene.state('acme', report(parts), when);
    const row = scene.row('acme', T);
    assert.deepEqual(
      { ...row, troubles: row?.troubles.map(({ text }) => text) },
      { ...row, ...wanted, troubles },
    );
  });
}

test("the operator's policy is shown where a site runs one, and what a site made of a bad one", () => {
  const known = { site: 'acme', isRevoked: false, hour: undefined };
  const heard = { heardAt: T, at: T, unsent: 0, report: report() };
  const policy = {
    ring: 'canary',
    version: 6,
    takenAt: T,
    goodLastHour: 9,
    rolledBack: { version: 7, why: 'half of the good calls were gone' },
  };
  assert.equal(rowOf({ ...known, heard }, T, '1.2.0').policy, undefined);
  const told = { ...heard, report: { ...heard.report, policy } };
  const row = rowOf({ ...known, heard: told }, T, '1.2.0');
  const { ring, version, rolledBack } = policy;
  assert.deepEqual(row.policy, { ring, version, rolledBack });
  assert.deepEqual(row.troubles, [
    { tone: 'bad', text: 'it gave up policy 7 again: half of the good calls were gone' },
  ]);
});

test('the worst come first, the revoked last, and sums leave them out', () => {
  const scene = watchScene();
  scene.add('well', 'never', 'silent', 'down', 'rang', 'gone');
  for (const site of ['well', 'rang', 'gone']) {
    scene.state(site, report(calls(1)), { at: T - 2 * MINUTE });
  }
  scene.state('well', report(calls(4)), { at: T - MINUTE });
  scene.state('rang', report(calls(6, 2)), { at: T - MINUTE });
  scene.state('gone', report(calls(900, 9)), { at: T - MINUTE });
  scene.state('silent', report(), { at: T - HOUR });
  scene.state('down', report({ pbxs: pbx('refused') }), { at: T - MINUTE });
  scene.revoke('gone', 'stolen');
  const rows = scene.watched.rows(T, T);
  assert.deepEqual(
    rows.map(({ site }) => site),
    ['silent', 'down', 'rang', 'never', 'well', 'gone'],
  );
  assert.equal(rows[2]?.troubles[0]?.text, '2 ghost calls rang a phone in the last hour');
  const { hour, ...totals } = scene.watched.totals(rows);
  assert.deepEqual(hour, { stopped: 8, good: 0, rang: 2, bans: 0 });
  assert.deepEqual(totals, {
    sites: 5,
    ok: 3,
    late: 0,
    silent: 1,
    never: 1,
    revoked: 1,
    troubled: 4,
    linkDown: 1,
    sources: 0,
  });
  assert.equal(scene.watched.site('gone', T, T)?.revokedBecause, 'stolen');
  assert.equal(scene.watched.site('nobody', T, T), undefined);
});

test('while NATS is away no site grows silent for it', () => {
  const scene = watchScene();
  scene.add('acme');
  scene.state('acme', report(), { at: T });
  assert.equal(scene.watched.rows(T + HOUR, T + MINUTE)[0]?.state, 'ok');
});

test('only what a site signed, in its own name, newer than before, is taken', () => {
  const scene = watchScene();
  scene.add('acme', 'other');
  const bansOf = () => scene.row('acme', T)?.bans;
  scene.state('acme', report({ bans: 1 }), { at: T });
  scene.state('acme', report({ bans: 2 }), { at: T + 1, by: newKeys() });
  scene.state('acme', report({ bans: 3 }), { at: T + 2, by: scene.keysOf('other') });
  scene.state('acme', { ...report({ bans: 4 }), site: 'other' }, { at: T + 3 });
  scene.state('acme', report({ bans: 5 }), { at: T + 4, saidAt: T - 1 });
  scene.state('stranger', report(), { at: T });
  assert.equal(bansOf(), 1);
  assert.equal(scene.watched.rows(T, T).length, 2);
  scene.state('acme', report({ bans: 6 }), { at: T + 5 });
  assert.equal(bansOf(), 6);
  assert.equal(
    scene.order({ order: 'site', site: 'mine', key: newKeys().key.publicKey, at: T }, newKeys()),
    undefined,
  );
  scene.revoke('acme', 'stolen');
  scene.state('acme', report({ bans: 7 }), { at: T + 6 });
  assert.equal(bansOf(), 6);
});

test('a site whose clock was a day ahead is heard again when it is right', () => {
  const scene = watchScene();
  scene.add('acme');
  scene.state('acme', report({ bans: 1 }), { at: T, saidAt: T + 24 * HOUR });
  scene.state('acme', report({ bans: 2 }), { at: T + MINUTE });
  assert.equal(scene.row('acme', T + MINUTE)?.bans, 2);
  assert.equal(scene.row('acme', T + MINUTE)?.rank, 0);
});

test('of a site that floods one report in three seconds is looked at, and the others are heard', () => {
  const scene = watchScene();
  scene.add('flood', 'quiet');
  for (let at = 0; at < 6000; at += 10) {
    scene.state('flood', report({ bans: at }), { at: T + at, isLive: true });
  }
  scene.state('quiet', report({ bans: 7 }), { at: T + 6000, isLive: true });
  assert.equal(scene.row('flood', T)?.bans, 3000);
  assert.equal(scene.row('quiet', T)?.bans, 7);
});

test('one stolen site does not make all others look old', () => {
  const scene = watchScene();
  scene.add('liar', 'a', 'b', 'c');
  scene.state('liar', report({ version: '99.0.0' }), { at: T });
  for (const site of ['a', 'b']) scene.state(site, report({ version: '1.10.0' }), { at: T });
  scene.state('c', report({ version: '1.9.9' }), { at: T });
  const old = scene.watched.rows(T, T).filter(({ isOld }) => isOld);
  assert.deepEqual(
    old.map(({ site }) => site),
    ['c'],
  );
});

const told = (target: string, until = T + HOUR) => ({
  target,
  rule: 'auth-failure',
  proof: 'proven' as const,
  until,
});

test('what sites tell is shown with who says it as well, until it is over, lifted, freed or revoked', () => {
  const scene = watchScene();
  scene.add('a', 'b', 'c');
  const toldBy = (site: string) =>
    scene.watched.site(site, T, T)?.told.map(({ target, alsoBy }) => [target, ...alsoBy]);
  scene.tell('a', [told('198.51.100.1'), told('198.51.100.2')], T);
  scene.tell('b', [told('198.51.100.2'), told('10.0.0.1'), told('0.0.0.0/0')], T);
  scene.tell('c', [told('198.51.100.2', T - 1), told('198.51.100.3')], T, newKeys());
  assert.deepEqual(toldBy('a'), [['198.51.100.2', 'b'], ['198.51.100.1']]);
  assert.deepEqual(toldBy('b'), [['198.51.100.2', 'a']]);
  assert.deepEqual(
    scene.watched.site('c', T, T)?.others.map(({ site, target }) => `${site} ${target}`),
    ['a 198.51.100.2', 'a 198.51.100.1', 'b 198.51.100.2'],
  );
  scene.tell('a', [{ target: '198.51.100.2', lift: true }], T);
  assert.deepEqual(toldBy('b'), [['198.51.100.2']]);
  scene.order({ order: 'unban', target: '198.51.100.2', because: 'x', at: T, until: T + HOUR });
  assert.deepEqual(toldBy('b'), []);
  scene.watched.expire(T + 2 * HOUR);
  assert.deepEqual(toldBy('a'), []);
  scene.tell('a', [told('198.51.100.9')], T);
  scene.revoke('a', 'stolen');
  assert.equal(scene.watched.totals(scene.watched.rows(T, T)).sources, 0);
});

test('a site that tells without end keeps its newest, and takes no room of the others', () => {
  const scene = watchScene();
  scene.add('flood', 'quiet');
  scene.tell('quiet', [told('198.51.100.1')], T);
  // More than 300 messages in a minute are not read.
  for (let at = 0; at < 1000; at++) {
    scene.tell('flood', [told(`203.1.${Math.floor(at / 250)}.${at % 250}`)], T - HOUR);
  }
  assert.equal(scene.watched.site('flood', T, T)?.told[0]?.target, '203.1.1.49');
  for (let at = 0; at < 40; at++) {
    const many = Array.from({ length: 32 }, (_, nth) => told(`203.0.${at}.${nth}`));
    scene.tell('flood', many, T + at);
  }
  const view = scene.watched.site('flood', T, T);
  assert.equal(view?.toldInAll, MOST_TOLD);
  assert.equal(view?.told.length, 100);
  assert.equal(view?.told[0]?.target, '203.0.39.31');
  assert.equal(scene.watched.site('quiet', T, T)?.told.length, 1);
  assert.equal(scene.watched.site('quiet', T, T)?.others.length, 5);
});
