import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { allRules } from '../../src/judge/rules/all.ts';
import { keysAt } from '../../src/policy/json-schema.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { fromRoot } from '../root.ts';
import { ENV, policyFolder } from './folder.ts';

const pages = fromRoot('docs', 'rules');
const HEAD =
  'site: docs\npbxs:\n  - name: a\n    asterisk: { username: a, secret: { env: AMI_SECRET } }\n';

test('every rule has its page, every page its rule, and the overview all of them in order', () => {
  const names: string[] = allRules.map(({ name }) => name);
  const files = readdirSync(pages).filter((file) => file !== 'README.md');
  assert.deepEqual(files.toSorted(), names.map((name) => `${name}.md`).toSorted());
  assert.deepEqual(names.toSorted(), keysAt(['rules']).toSorted());
  const overview = readFileSync(join(pages, 'README.md'), 'utf8');
  assert.deepEqual(
    [...overview.matchAll(/^\| \[([\w-]+)\]/gm)].map(([, name]) => name),
    names,
  );
});

test('a page names every key of its rule, and what it shows is a good policy', async (t) => {
  const { folder } = policyFolder(t);
  for (const { name } of allRules) {
    const page = readFileSync(join(pages, `${name}.md`), 'utf8');
    for (const title of ['On which PBX', 'Proof', 'What could make it wrong', 'How to tune it']) {
      assert.match(page, new RegExp(`^## ${title}$`, 'm'), name);
    }
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, `${HEAD}${yaml}`);
    const loaded = await loadPolicy(file, ENV);
    assert.deepEqual('problems' in loaded ? loaded.problems : [], [], name);
    for (const key of keysAt(['rules', name]).filter((one) => one !== 'enabled')) {
      assert.match(yaml, new RegExp(`\\b${key}:`), `${name}: ${key}`);
    }
  }
});

test('what the pages call by name is there', () => {
  for (const file of readdirSync(pages)) {
    const page = readFileSync(join(pages, file), 'utf8');
    for (const [, target = ''] of page.matchAll(/\]\(([\w-]+\.md)(?:#[\w-]+)?\)/g)) {
      assert.ok(readdirSync(pages).includes(target), `${file}: ${target}`);
    }
    for (const [, path = ''] of page.matchAll(/`((?:breaker|jail|shield|calls|trust)\.[\w.]+)/g)) {
      const steps = path.split('.');
      assert.ok(keysAt(steps.slice(0, -1)).includes(steps.at(-1) ?? ''), `${file}: ${path}`);
    }
  }
});
