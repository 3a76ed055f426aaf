import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fleet } from '../../src/cli/fleet.ts';
import { newFleet, newKeys, whyNoNats } from '../fleet/nats.ts';
import { tempFolder } from '../store/temp.ts';
import { recorder } from './recorder.ts';

const skip = whyNoNats() ?? false;

/** Each call is a terminal of its own: another connection, with the operator's key. */
async function openTerminals(t: TestContext) {
  const folder = tempFolder(t);
  const keys = { a: newKeys(), b: newKeys() };
  const { operator, nats, hand } = await newFleet(t, folder, keys);
  writeFileSync(join(folder, 'operator.key'), operator.seed);
  const at = ['--server', nats.url, '--key', join(folder, 'operator.key')];
  const say = async (...words: string[]): Promise<[number, string]> => {
    const said = recorder();
    const code = await fleet([...words, ...at], said);
    return [code, said.written.out + said.written.err];
  };
  return { folder, hand, say };
}

test('`allow` in several terminals in the same second: no entry is lost', { skip }, async (t) => {
  const { hand, say } = await openTerminals(t);
  const networks = Array.from({ length: 6 }, (_, at) => `198.51.100.${at}`);
  const added = await Promise.all(
    networks.map((network) => say('allow', 'add', network, '--because', 'us')),
  );
  assert.deepEqual(
    added.map(([code]) => code),
    networks.map(() => 0),
  );
  const listed = async () => (await hand.allowed()).map(({ network }) => network).toSorted();
  assert.deepEqual(await listed(), networks);
  // Each tells of the list that it left, with its own in it.
  for (const [at, network] of networks.entries())
    assert.match(added[at]?.[1] ?? '', regex(network));

  const [first = '', second = '', ...rest] = networks;
  await Promise.all([
    say('allow', 'remove', first),
    say('allow', 'remove', second),
    say('allow', 'add', '192.0.2.0/24', '--because', 'us'),
  ]);
  assert.deepEqual(await listed(), ['192.0.2.0/24', ...rest]);
  // Both take the same one out: one of them is told that it was gone.
  const both = await Promise.all([
    say('allow', 'remove', '192.0.2.0/24'),
    say('allow', 'remove', '192.0.2.0/24'),
  ]);
  assert.deepEqual(
    both.map(([code]) => code).toSorted((one, two) => one - two),
    [0, 1],
  );
  assert.match(both.map(([, told]) => told).join(''), /the list holds none of these/);
});

test(
  '`publish` in two terminals: two numbers, and each ring has one of them',
  { skip },
  async (t) => {
    const { folder, hand, say } = await openTerminals(t);
    assert.equal((await say('ring', 'canary', 'a'))[0], 0);
    assert.equal((await say('ring', 'early', 'b'))[0], 0);
    const publish = (text: string, ring: string) => {
      const file = join(folder, `${ring}.yaml`);
      writeFileSync(file, text);
      const words = ['--ring', ring, '--because', 'x', '--soak', '1s', '--wait', '1s'];
      return say('publish', file, ...words);
    };
    await Promise.all([publish('mode: observe\n', 'canary'), publish('mode: enforce\n', 'early')]);
    const bases = await hand.bases();
    assert.deepEqual(bases.map(({ text }) => text).toSorted(), [
      'mode: enforce\n',
      'mode: observe\n',
    ]);
    assert.deepEqual(
      bases.map(({ version }) => version),
      [1, 2],
    );
    // No site took any, so both went back; what each ring was told first is known.
    const rings = (await hand.rollout())?.rings ?? [];
    assert.deepEqual(rings.map(({ ring }) => ring).toSorted(), ['canary', 'early']);
  },
);

function regex(text: string): RegExp {
  return new RegExp(text.replaceAll('.', String.raw`\.`));
}
