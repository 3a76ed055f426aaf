import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { loadHere } from '../../src/daemon/base-start.ts';
import { createBaseKeeping } from '../../src/daemon/base-keeping.ts';
import { baseShelf } from '../../src/daemon/base-shelf.ts';
import type { Tally } from '../../src/daemon/tallies.ts';
import { sha256Of } from '../../src/fleet/base.ts';
import type { WantedBase } from '../../src/fleet/centre.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { until } from '../fleet/site.ts';
import { FLEET_SEED } from '../policy/folder.ts';
import { tempFolder } from '../store/temp.ts';

const ONE = 'mode: enforce\n';
const TWO = 'mode: enforce\njail: { time: [2h] }\n';
const THREE = 'mode: enforce\njail: { time: [3h] }\n';
const TEXTS = [ONE, TWO, THREE];

test('what was new when the process ended is looked at on, and given up with NATS away', async (t) => {
  const site = await openSite(t, '');
  let keeping = await site.open();
  keeping.wanted(wanted(1, 0));
  await until('it has the first', () => keeping.report()?.version === 1);
  keeping.wanted(wanted(2, 900));
  await until('it has the second', () => keeping.report()?.version === 2);
  await keeping.close();
  site.isAway = true;
  keeping = await site.open();
  assert.equal(keeping.report()?.version, 2);
  site.tally.lost += 3;
  await until('it goes back', () => keeping.report()?.version === 1);
  assert.equal(readFileSync(site.file, 'utf8'), ONE);
  assert.match(keeping.report()?.rolledBack?.why ?? '', /^3 calls were rejected/);
  await until('it is in force', () => site.reloads.at(-1) === 1);
  await keeping.close();

  // Over a restart it is not taken again by the same order, and is by a later one.
  site.isAway = false;
  keeping = await site.open();
  keeping.wanted(wanted(2, 900));
  keeping.wanted(wanted(2, 900, 2));
  const taken = (): number => site.reloads.filter((version) => version === 2).length;
  await until('it is taken anew', () => taken() === 2 && keeping.report()?.version === 2);
  assert.equal(keeping.report()?.rolledBack, undefined);
});

test('what was new when the machine went down is looked at for as long once it is up again', async (t) => {
  const site = await openSite(t, '');
  let keeping = await site.open();
  keeping.wanted(wanted(1, 0));
  await until('it has the first', () => keeping.report()?.version === 1);
  keeping.wanted(wanted(2, 2));
  await until('it has the second', () => keeping.report()?.version === 2);
  await keeping.close();
  // Down until its time was over: nobody has looked at it.
  await pause(2200);
  keeping = await site.open();
  await pause(1100);
  site.tally.lost += 3;
  await until('it goes back', () => keeping.report()?.version === 1, 5000);
});

test('a full disk only holds the way back up', async (t) => {
  const site = await openSite(t, '');
  let keeping = await site.open();
  keeping.wanted(wanted(1, 0));
  keeping.wanted(wanted(2, 900));
  await until('it has the second', () => keeping.report()?.version === 2);
  for (const full of ['state.json.new', 'policy.yaml.new']) {
    const stands = join(site.file, '..', full);
    mkdirSync(join(stands, 'x'), { recursive: true });
    site.tally.lost += 3;
    await pause(1500);
    assert.equal(keeping.report()?.version, 2, 'it is not done yet');
    rmSync(stands, { recursive: true });
    await until('it goes back', () => keeping.report()?.version === 1, 5000);
    assert.equal(readFileSync(site.file, 'utf8'), ONE);
    keeping.wanted(wanted(2, 900, Date.now()));
    await until('it has the second anew', () => keeping.report()?.version === 2);
  }
  // Or the power goes right then: it is in force no more than before, and given up again.
  const stands = join(site.file, '..', 'policy.yaml.new');
  mkdirSync(join(stands, 'x'), { recursive: true });
  site.tally.lost += 3;
  await pause(1500);
  await keeping.close();
  rmSync(stands, { recursive: true });
  keeping = await site.open();
  site.tally.lost += 3;
  await until('it goes back', () => readFileSync(site.file, 'utf8') === ONE, 5000);
});

test('the way back leads past what was new itself', async (t) => {
  const site = await openSite(t, '');
  const keeping = await site.open();
  keeping.wanted(wanted(1, 0));
  keeping.wanted(wanted(2, 900));
  keeping.wanted(wanted(3, 900));
  await until('it has the third', () => keeping.report()?.version === 3);
  site.tally.refused += 3;
  await until('it goes back', () => keeping.report()?.version === 1);
  assert.match(keeping.report()?.rolledBack?.why ?? '', /^the breaker refused 3 bans/);
});

test('the first that does harm leaves the site’s own file alone; what is over is looked at no more', async (t) => {
  const site = await openSite(t, '');
  const keeping = await site.open();
  keeping.wanted(wanted(1, 900));
  await until('it has it', () => keeping.report()?.version === 1);
  site.tally.overBudget += 10;
  await until('it goes back', () => keeping.report()?.version === 0);
  assert.equal(existsSync(site.file), false);
  keeping.wanted(wanted(1, 1, 2));
  await until(
    'its time is over',
    () => baseShelf(site.file).state().soak === undefined && keeping.report()?.version === 1,
  );
  site.tally.lost += 50;
  keeping.wanted(wanted(2, 0));
  await until('it goes on', () => keeping.report()?.version === 2);
});

test('refused for a mistake of the site’s own, it is taken once that is mended', async (t) => {
  const site = await openSite(t, '');
  const keeping = await site.open();
  writeFileSync(site.path, `${site.text}\nmode: no such thing\n`);
  keeping.wanted(wanted(1, 0));
  await until('it is refused', () => keeping.report()?.refused?.version === 1);
  assert.match(keeping.report()?.refused?.why ?? '', /policy\.yaml:\d+:7 mode: not one of/);
  keeping.wanted(wanted(1, 0));
  writeFileSync(site.path, site.text);
  keeping.wanted(wanted(1, 0));
  await until('it is taken', () => keeping.report()?.version === 1);
  assert.equal(keeping.report()?.refused, undefined);
  assert.equal(site.notices.filter((text) => text.includes('not taken:')).length, 1);
});

test('a site that extends nothing has nothing to do with it', async (t) => {
  const site = await openSite(t, '', '');
  const keeping = await site.open();
  keeping.wanted(wanted(1, 0));
  await keeping.close();
  assert.equal(keeping.report(), undefined);
  assert.equal(existsSync(site.file), false);
});

function wanted(version: number, soakSeconds: number, since = 1): WantedBase {
  const sha256 = sha256Of(TEXTS[version - 1] ?? '');
  return { ring: 'all', version, sha256, since, soakSeconds };
}

async function openSite(t: TestContext, more: string, layer = 'extends: fleet') {
  const folder = tempFolder(t);
  const path = join(folder, 'policy.yaml');
  const text = `site: a
${layer}
store: { path: ${folder} }
pbxs: [{ name: p, asterisk: { username: x, secret: { env: TEST_SECRET } } }]
fleet: { servers: [nats://127.0.0.1:1], credentials: { env: TEST_SEED }, operator: UBACMRCNF2RL264QHG7ZQ34XXUMGEA2USEGD4IL7Z7FDCNAGYQGPFLVJ }
${more}`;
  process.env['TEST_SECRET'] = 'secret';
  process.env['TEST_SEED'] = FLEET_SEED;
  writeFileSync(path, text);
  const file = join(folder, 'fleet', 'policy.yaml');
  const tally: { -readonly [count in keyof Tally]: number } = {
    good: 0,
    lost: 0,
    refused: 0,
    overBudget: 0,
  };
  const reloads: number[] = [];
  const notices: string[] = [];
  const site = { path, text, file, tally, reloads, notices, isAway: false, open };
  return site;

  async function open() {
    const keeping = createBaseKeeping({
      path,
      load: loadHere,
      async published({ version }) {
        if (site.isAway) throw new Error('NATS is away');
        return { version, at: 1, because: 'x', text: TEXTS[version - 1] ?? '' };
      },
      async reload() {
        const loaded = await loadPolicy(path);
        assert.ok('policy' in loaded);
        reloads.push(baseShelf(file).state().version);
      },
      counts: () => tally,
      tellState() {},
      notices: { tell: (words) => void notices.push(words), settle() {} },
      log: pino({ level: 'silent' }),
      now: Date.now,
    });
    t.after(() => keeping.close());
    const loaded = await loadPolicy(path);
    assert.ok('policy' in loaded);
    keeping.policy(loaded.policy);
    return keeping;
  }
}
