import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { baseShelf } from '../../src/daemon/base-shelf.ts';
import { loadToStart } from '../../src/daemon/base-start.ts';
import { sha256Of } from '../../src/fleet/base.ts';
import { FLEET_SEED } from '../policy/folder.ts';
import { tempFolder } from '../store/temp.ts';

const GOOD = 'jail: { time: [2h] }\n';
const BAD = 'jail: { no_longer_known: 1 }\n';

/** A site that took these texts, one after the other. */
function openSite(t: TestContext, texts: readonly string[], more = '') {
  const folder = tempFolder(t);
  const path = join(folder, 'policy.yaml');
  process.env['TEST_SECRET'] = 'secret';
  process.env['TEST_SEED'] = FLEET_SEED;
  writeFileSync(
    path,
    `site: a
extends: fleet
store: { path: ${folder} }
pbxs: [{ name: p, asterisk: { username: x, secret: { env: TEST_SECRET } } }]
fleet: { servers: [nats://127.0.0.1:1], credentials: { env: TEST_SEED }, operator: UBACMRCNF2RL264QHG7ZQ34XXUMGEA2USEGD4IL7Z7FDCNAGYQGPFLVJ }
${more}`,
  );
  const shelf = baseShelf(join(folder, 'fleet', 'policy.yaml'));
  for (const [at, text] of texts.entries()) {
    const { version, sha256 } = shelf.state();
    const taken = { ring: 'all', version: at + 1, sha256: sha256Of(text), takenAt: 1, since: 1 };
    shelf.take({ ...taken, before: { version, sha256 } }, text);
  }
  return { path, shelf };
}

const cases: readonly [string, readonly string[], number, number | undefined][] = [
  ['nothing was taken', [], 0, undefined],
  ['it loads', [GOOD], 1, undefined],
  ['it loads no more, the one before does', [GOOD, BAD], 1, 2],
  ['neither does', [BAD, `${BAD}#`], 0, 2],
  ['there was none before', [BAD], 0, 1],
];
for (const [what, texts, version, givenUp] of cases) {
  test(`a daemon starts where ${what}`, async (t) => {
    const { path, shelf } = openSite(t, texts);
    const loaded = await loadToStart(path);
    assert.ok('policy' in loaded);
    assert.equal(shelf.state().version, version);
    assert.equal(shelf.state().rolledBack?.version, givenUp);
    if (givenUp !== undefined) assert.match(shelf.state().rolledBack?.why ?? '', /no_longer_known/);
    assert.deepEqual(loaded.policy.jail.timeSeconds[0], version === 0 ? 3600 : 7200);
  });
}

test('a mistake of the site’s own file is told, and nothing is given up for it', async (t) => {
  const { path, shelf } = openSite(t, [GOOD], 'mode: no such thing\n');
  const loaded = await loadToStart(path);
  assert.ok('problems' in loaded);
  assert.equal(shelf.state().version, 1);
});
