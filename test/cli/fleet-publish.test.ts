import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fleet } from '../../src/cli/fleet.ts';
import type { WantedBase } from '../../src/fleet/centre.ts';
import type { SitePolicy } from '../../src/judge/fleet-view.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { newFleet, newKeys, whyNoNats } from '../fleet/nats.ts';
import type { Keys } from '../fleet/nats.ts';
import { ACCEPT, REPORT, openSite, until } from '../fleet/site.ts';
import type { TestSite } from '../fleet/site.ts';
import { tempFolder } from '../store/temp.ts';
import { recorder } from './recorder.ts';

/** What a site makes of a version. */
type Answer = 'takes' | 'refuses' | 'goes back';

test(
  'a policy goes ring by ring, and back from every ring when one site says no',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { a: newKeys(), b: newKeys(), away: newKeys(), plain: newKeys() };
    const { operator, nats, hand } = await newFleet(t, folder, keys);
    writeFileSync(join(folder, 'operator.key'), operator.seed);
    const at = ['--server', nats.url, '--key', join(folder, 'operator.key')];
    const file = join(folder, 'base.yaml');
    const say = async (...words: string[]): Promise<[number, string]> => {
      const said = recorder();
      const code = await fleet([...words, ...at], said);
      return [code, said.written.out + said.written.err];
    };
    const publish = async (text: string, ...more: string[]): Promise<[number, string]> => {
      writeFileSync(file, text);
      const words = ['--because', 'a test', '--soak', '1s', '--wait', '2s', ...more];
      return await say('publish', file, ...words);
    };
    const open = siteOpener(t, folder, operator, nats.url);
    const a = open('a', keys.a);
    const b = open('b', keys.b);
    const plain = open('plain', keys.plain, false);
    await until('all are up', () => [a, b, plain].every(({ fleet: its }) => its.report().member));

    // What is wrong is said with its place, before NATS is asked, and changes nothing.
    const [bad, why] = await publish('mode: enforce\ntrunks: []\n', '--ring', 'all');
    assert.equal(bad, 1);
    assert.match(why, /base\.yaml:2:1 trunks: is each site's own[^]*is no base for a fleet/);
    const [large, size] = await publish(`mode: observe\n#${'x'.repeat(40_000)}\n`, '--ring', 'all');
    assert.equal(large, 1);
    assert.match(size, /larger than 40000 bytes/);
    const [noRing, which] = await publish('mode: observe\n', '--ring', 'canary,all');
    assert.equal(noRing, 1);
    assert.match(which, /no site is in ring canary[^]*ghostgate fleet ring canary SITE/);
    assert.equal((await say('ring', 'canary', 'a', 'away'))[0], 0);
    const [dry, shown] = await publish('mode: observe\n', '--ring', 'canary,all', '--dry-run');
    assert.equal(dry, 0);
    assert.match(shown, /--- version 0\n[^]*\+mode: observe\n[^]*base\.yaml is good/);
    assert.deepEqual(await hand.bases(), []);
    assert.match((await say('history'))[1], /Nothing was published yet/);

    const [first, how] = await publish('mode: observe\n', '--ring', 'canary,all');
    assert.equal(first, 0, how);
    const lines = how.trim().split('\n');
    const order = [
      'Version 1 is pub',
      'canary: told',
      'canary: a took version 1',
      'canary: 1 of 2',
    ];
    const rest = [
      'all: told to take',
      'all: b took version 1',
      'Version 1: done, rings canary, all',
    ];
    const places = [...order, ...rest].map((begin) =>
      lines.findIndex((line) => line.startsWith(begin)),
    );
    assert.deepEqual(
      places,
      places.toSorted((x, y) => x - y),
      how,
    );
    assert.ok(!places.includes(-1), how);
    assert.match(how, /canary: away is not heard; it takes it when it is back/);
    assert.match(how, /all: plain does not extend: fleet, nothing changes there/);
    assert.equal((await publish('mode: observe\n', '--ring', 'all'))[0], 1, 'the same again');

    // The canary refuses: the others never hear of it, and it is told to keep what it has.
    a.answer = 'refuses';
    const [refused, told] = await publish('mode: enforce\n', '--ring', 'canary,all');
    assert.equal(refused, 1);
    assert.match(told, /version 2 is taken back in ring canary: a refused version 2: no such/);
    await until('a is told to keep the first', () => a.wanted.at(-1)?.version === 1);
    assert.ok(b.wanted.every(({ version }) => version < 2));

    // It takes the next and goes back by itself while it is looked at.
    a.answer = 'goes back';
    const [gone, story] = await publish(
      'mode: enforce\nlog: { level: warn }\n',
      '--ring',
      'canary,all',
      '--soak',
      '9s',
    );
    assert.equal(gone, 1);
    assert.match(
      story,
      /a took version 3[^]*taken back in ring canary: a went back from version 3: 3 c/,
    );
    assert.match((await say('sites'))[1], /SITE .*RING +POLICY\na .* canary +1 not 3\n/);

    // Stopped, nothing goes further; resumed, it goes on with the next ring.
    a.answer = 'takes';
    const stopped = publish('mode: enforce\n# 4\n', '--ring', 'canary,all', '--soak', '20s');
    await until('a has it', () => a.policy?.version === 4);
    await pause(2500);
    process.emit('SIGINT');
    const [code, end] = await stopped;
    assert.equal(code, 1);
    assert.match(end, /stopped: version 4 goes no further[^]*publish --resume --ring canary,all/);
    assert.ok(b.wanted.every(({ version }) => version < 2));
    const resumed = await say(
      'publish',
      '--resume',
      '--ring',
      'canary,all',
      '--soak',
      '1s',
      '--wait',
      '1s',
    );
    assert.equal(resumed[0], 0, resumed[1]);
    assert.equal(b.policy?.version, 4);
    assert.doesNotMatch(resumed[1], /canary: told/);

    assert.match(
      (await say('history'))[1],
      /4 .* canary, all +a test\n3 [^]*\n1 [^]*The last order, .*: a test/,
    );
    assert.match((await say('diff'))[1], /--- version 3\n\+\+\+ version 4\n[^]*\+# 4/);
    assert.match((await say('diff', '1', '4'))[1], /-mode: observe\n\+mode: enforce/);
    assert.match((await say('diff', '1', '9'))[1], /no such version, only 1 to 4/);

    const [back, moved] = await say('rollback', '--ring', 'all', '--because', 'enough');
    assert.equal(back, 0);
    assert.equal(moved, 'all: version 1\n');
    await until('b goes back', () => b.policy?.version === 1);
    assert.equal(a.policy?.version, 4);
    assert.match(
      (await say('rollback', '--ring', 'all', '--because', 'x'))[1],
      /is not known[^]*--to/,
    );
    assert.equal((await say('rollback', '--to', '0', '--because', 'x'))[0], 0);
    await until('nobody has any', () => a.policy?.version === 0 && b.policy?.version === 0);
    const json: unknown = JSON.parse((await say('history', '--json'))[1]);
    assert.ok(Array.isArray(json) && json.length === 4);

    // Somebody who sees trouble in another terminal has the last word: nothing goes further.
    const overtaken = publish('mode: enforce\n# 5\n', '--ring', 'canary,all', '--soak', '4s');
    await until('a has the fifth', () => a.policy?.version === 5);
    assert.equal((await say('rollback', '--ring', 'canary', '--because', 'phones ring'))[0], 0);
    const [ended, words] = await overtaken;
    assert.equal(ended, 1, words);
    assert.match(words, /ring canary was told to take no version meanwhile \(phones ring\)/);
    assert.ok(b.wanted.every(({ version }) => version !== 5));
    assert.equal(a.wanted.at(-1)?.version, 0);
  },
);

interface Site extends TestSite {
  answer: Answer;
  policy: SitePolicy | undefined;
}

function siteOpener(t: TestContext, folder: string, operator: Keys, url: string) {
  return (name: string, keys: Keys, extendsFleet = true): Site => {
    mkdirSync(join(folder, name));
    const store = openStore(join(folder, name), { now: Date.now });
    const { policy: _, ...plain } = REPORT;
    const state: { answer: Answer; policy: SitePolicy | undefined } = {
      answer: 'takes',
      policy: extendsFleet ? { ring: '', version: 0, takenAt: 0, goodLastHour: 0 } : undefined,
    };
    const summary = () => (state.policy === undefined ? plain : { ...plain, policy: state.policy });
    const site = openSite(name, keys, operator, url, store.fleet, ACCEPT, summary);
    t.after(async () => {
      await site.fleet.close();
      store.close();
    });
    const timer = setInterval(() => {
      const wanted = site.wanted.at(-1);
      const policy = state.policy;
      if (wanted === undefined || policy === undefined) return;
      const gone = [policy.refused?.version, policy.rolledBack?.version];
      if ([policy.version, ...gone].includes(wanted.version)) return;
      state.policy = answerTo(state.answer, policy, wanted);
      site.fleet.tellState();
      if (state.answer !== 'goes back' || wanted.version <= policy.version) return;
      const rolledBack = { version: wanted.version, why: '3 calls were rejected' };
      setTimeout(() => {
        state.policy = { ...policy, rolledBack };
        site.fleet.tellState();
      }, 1500);
    }, 50);
    t.after(() => clearInterval(timer));
    return Object.assign(state, site);
  };
}

function answerTo(answer: Answer, policy: SitePolicy, { ring, version }: WantedBase): SitePolicy {
  if (answer !== 'refuses' || version < policy.version) {
    return { ring, version, takenAt: Date.now(), goodLastHour: 0 };
  }
  return { ...policy, ring, refused: { version, why: 'no such thing here' } };
}
