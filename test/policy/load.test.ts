import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import { problemText } from '../../src/policy/problem.ts';
import { fromRoot } from '../root.ts';
import { ENV, policiesIn, policyFolder } from './folder.ts';

test('every policy in policies/good loads', async (t) => {
  const { folder } = policyFolder(t, 'good', 'bases');
  for (const name of policiesIn('good')) {
    const loaded = await loadPolicy(join(folder, 'good', name), ENV);
    assert.deepEqual('problems' in loaded ? loaded.problems : [], [], name);
  }
});

test('every policy in policies/bad is refused with exactly the lines beside it', async (t) => {
  const { folder, told } = policyFolder(t, 'bad', 'bases');
  for (const name of policiesIn('bad')) {
    const loaded = await loadPolicy(join(folder, 'bad', name), ENV);
    const problems = 'problems' in loaded ? loaded.problems : [];
    const lines = problems.map((problem) => `${told(problemText(problem))}\n`).join('');
    const beside = fromRoot('test/policies/bad', name.replace('.yaml', '.txt'));
    // Set REMAKE=1 to write the lines anew, then read the difference.
    if (process.env['REMAKE'] === '1') writeFileSync(beside, lines);
    assert.equal(lines, readFileSync(beside, 'utf8'), name);
  }
});
