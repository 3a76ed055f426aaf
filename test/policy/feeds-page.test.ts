import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import { fromRoot } from '../root.ts';
import { ENV, policyFolder } from './folder.ts';

test('what docs/feeds.md shows is a good policy, and its limits are the defaults', async (t) => {
  const page = readFileSync(fromRoot('docs', 'feeds.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { folder } = policyFolder(t);
  const file = join(folder, 'policy.yaml');
  const head =
    'site: docs\npbxs:\n  - name: a\n    asterisk: { username: a, secret: { env: AMI_SECRET } }\n';
  writeFileSync(file, `${head}${yaml}`);
  const loaded = await loadPolicy(file, ENV);
  assert.ok('policy' in loaded);
  const [scanners, own] = loaded.policy.feeds;
  assert.deepEqual([scanners?.use, own?.use], ['evidence', 'deny']);
  assert.equal(scanners?.maxEntries, 100_000);
  assert.deepEqual(loaded.policy.geo?.evidence.allCountriesBut, ['NL', 'BE', 'DE']);
});
