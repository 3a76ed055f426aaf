import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { check } from '../../src/cli/check.ts';
import { status } from '../../src/cli/status.ts';
import type { Operator } from '../../src/fleet/operator.ts';
import { withRing } from '../../src/fleet/operator-bases.ts';
import type { RingOrder } from '../../src/fleet/rollout-order.ts';
import type { SitePolicy } from '../../src/judge/fleet-view.ts';
import { recorder } from '../cli/recorder.ts';
import { newFleet, newKeys, whyNoNats } from '../fleet/nats.ts';
import { tempFolder } from '../store/temp.ts';
import { callFrom, openScene, TRUNK } from './scene.ts';
import type { Scene } from './scene.ts';

const skip = whyNoNats() ?? false;
const GOOD = "mode: enforce\nrules: { junk-caller-id: { numbers: ['999'] } }\n";
const HARMFUL = "mode: enforce\nrules: { junk-caller-id: { numbers: ['100'] } }\n";

test(
  'a site takes what its ring is told when it loads, and goes back by itself when good calls are lost',
  { skip },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { one: newKeys() };
    const { operator, nats, hand } = await newFleet(t, folder, keys);
    const key = join(folder, 'one.key');
    writeFileSync(key, keys.one.seed, { mode: 0o600 });
    const site = await openScene(
      t,
      `extends: fleet
enforce: [observe]
fleet: { servers: ['${nats.url}'], credentials: { file: ${key} }, operator: ${operator.key.publicKey} }`,
      '',
      'one',
    );
    let rings: readonly RingOrder[] = [];
    const rollOut = async (text: string, soakSeconds = 600): Promise<number> => {
      const base = await hand.publish(text, 'a test');
      rings = withRing(rings, 'all', base, Date.now(), true);
      await hand.order({ order: 'rollout', rings, soakSeconds, because: 'x' });
      return base.version;
    };
    const taken = (version: number) =>
      site.logged((line) => line['event'] === 'base' && line['version'] === version);

    assert.match(await told(site), /nothing of the fleet's lies under it/);
    assert.match(await told(site), /nothing of the fleet's is taken, this file stands alone/);
    // No time to look whether it does harm: it counts as well at once.
    await rollOut(GOOD, 0);
    await taken(1);
    const file = join(site.folder, 'fleet', 'policy.yaml');
    assert.equal(readFileSync(file, 'utf8'), GOOD);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(await told(site), /enforce, up[^]*version 1 of the fleet\s+lies under it/);
    const output = recorder();
    assert.equal(await check([site.policyPath], output), 0);
    assert.match(
      output.written.out.replaceAll(/\s/g, ' '),
      /mode enforce.*version 1 of the fleet lies under it/,
    );

    // A mistake that every site has, and one that this site alone has.
    await rollOut('mode: enforce\ntrunks: []\n');
    await site.logged(
      noticed(/version 2 of the fleet is not taken: version 2:2:1 trunks: is each/),
    );
    await rollOut('mode: enforce\ngeo: { deny: { countries: [KP] } }\n');
    await site.logged(noticed(/version 3 of the fleet is not taken: version 3:2:\d+ geo.*needs/));
    const not = await heard(hand, ({ refused }) => refused?.version === 3);
    assert.equal(not.version, 1);
    assert.match(not.refused?.why ?? '', /needs geo\.country_file/);

    for (let at = 1; at <= 4; at++) callFrom(site, TRUNK, at);
    await judged(site, 4, 'pass');
    await rollOut(HARMFUL);
    await taken(4);
    const taken4 = await heard(hand, ({ version }) => version === 4);
    assert.equal(taken4.refused, undefined);
    await nats.kill();
    for (let at = 5; at <= 7; at++) callFrom(site, TRUNK, at);
    await judged(site, 3, 'reject');
    await site.logged(noticed(/back from version 4 of the fleet to version 1: 3 calls were rej/));
    assert.equal(readFileSync(file, 'utf8'), GOOD);
    callFrom(site, TRUNK, 8);
    await judged(site, 5, 'pass');
    assert.match(await told(site), /gone back from version 4: 3 calls were rejected/);

    // NATS is back: the site says so, and the same order does not make it take that version again.
    await nats.start();
    const back = await heard(hand, ({ rolledBack }) => rolledBack !== undefined);
    assert.deepEqual([back.version, back.rolledBack?.version], [1, 4]);
    await pause(200);
    assert.equal(readFileSync(file, 'utf8'), GOOD);
    // Ordered anew it is taken again.
    rings = withRing(rings, 'all', { version: 4, text: HARMFUL }, Date.now(), false);
    await hand.order({ order: 'rollout', rings, soakSeconds: 600, because: 'x' });
    await until(() => readFileSync(file, 'utf8') === HARMFUL);
    // And the operator's way back to none leaves the site's own file alone.
    rings = withRing(rings, 'all', undefined, Date.now(), false);
    await hand.order({ order: 'rollout', rings, soakSeconds: 600, because: 'x' });
    await taken(0);
    assert.match(await told(site), /observe \(judges[^]*nothing of the fleet's lies under it/);
  },
);

async function told(site: Scene): Promise<string> {
  const output = recorder();
  await status(['--socket', site.socket], output);
  return output.written.out.replaceAll(/\s+/g, ' ');
}

function noticed(words: RegExp) {
  return (line: Readonly<Record<string, unknown>>): boolean =>
    line['event'] === 'notice' && words.test(String(line['notice']));
}

/** What the site tells of its policy, once it fits; both may have to find NATS again. */
async function heard(hand: Operator, fits: (policy: SitePolicy) => boolean): Promise<SitePolicy> {
  for (let tries = 0; tries < 200; tries++) {
    const [state] = await hand.states().catch(() => []);
    const policy = state?.report.policy;
    if (policy !== undefined && fits(policy)) return policy;
    await pause(100);
  }
  throw new Error('the site never told it');
}

async function judged(site: Scene, count: number, verdict: string): Promise<void> {
  await until(() => site.lines.filter((line) => line['verdict'] === verdict).length === count);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 1000, 'it never came to this');
    await pause(20);
  }
}
