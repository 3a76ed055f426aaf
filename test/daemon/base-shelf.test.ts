import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { baseShelf, NO_BASE, versionUnder } from '../../src/daemon/base-shelf.ts';
import { tempFolder } from '../store/temp.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const one = { version: 1, sha256: sha256('one') };
const two = { version: 2, sha256: sha256('two') };
const taken = { ring: 'all', takenAt: 5, since: 4 };

test('what is taken is there after a restart, for its owner alone, and what was before as well', (t) => {
  const file = join(tempFolder(t), 'fleet', 'policy.yaml');
  assert.deepEqual(baseShelf(file).state(), NO_BASE);
  assert.equal(versionUnder(file), 0);
  baseShelf(file).take({ ...taken, ...one }, 'one');
  baseShelf(file).take({ ...taken, ...two, before: one }, 'two');
  const shelf = baseShelf(file);
  assert.deepEqual(shelf.state(), { ...taken, ...two, before: one });
  assert.equal(shelf.text(one), 'one');
  assert.equal(shelf.text({ version: 3, sha256: sha256('three') }), undefined);
  for (const name of readdirSync(join(file, '..'))) {
    assert.equal(statSync(join(file, '..', name)).mode & 0o777, 0o600, name);
  }
  shelf.take({ ...taken, version: 0, sha256: '', before: two }, undefined);
  assert.equal(versionUnder(file), 0);
  assert.equal(shelf.text(two), 'two');
});

test('cut off in between, or written into, it is known for what it is', (t) => {
  const file = join(tempFolder(t), 'fleet', 'policy.yaml');
  const shelf = baseShelf(file);
  shelf.take({ ...taken, ...one }, 'one');
  // The state says two, and the file is still one's.
  shelf.note({ ...taken, ...two, before: one, soak: { until: 9, usual: [] } });
  assert.deepEqual([shelf.state().version, shelf.state().soak], [1, undefined]);
  writeFileSync(file, 'somebody wrote here');
  assert.equal(shelf.state().version, 0);
  for (const damaged of ['', '{', '[]', '{"version":-1}', '{"version":"2"}']) {
    writeFileSync(join(file, '..', 'state.json'), damaged);
    assert.equal(shelf.state().version, 0, damaged);
  }
  assert.equal(readFileSync(file, 'utf8'), 'somebody wrote here');
});
