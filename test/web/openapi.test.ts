import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { check } from '../../src/cli/check.ts';
import { packageVersion } from '../../src/cli/version.ts';
import { openApi } from '../../src/web/openapi.ts';
import { fromRoot } from '../root.ts';
import { fakeControl } from './fake-control.ts';
import { READER, bearer, pageScene } from './page-scene.ts';

test('docs/openapi.json is what the program prints', async () => {
  let printed = '';
  await check(['--print-openapi'], { out: (text) => (printed += `${text}\n`), err: assert.fail });
  const remake = 'make it anew: ghostgate check --print-openapi > docs/openapi.json';
  assert.equal(readFileSync(fromRoot('docs/openapi.json'), 'utf8'), printed, remake);
});

test('it is served, and every reference in it leads somewhere', async (t) => {
  const scene = await pageScene(t, fakeControl());
  const answer = await scene.ask('GET', '/api/openapi.json', { headers: bearer(READER) });
  const document: unknown = JSON.parse(answer.text);
  assert.deepEqual(document, JSON.parse(JSON.stringify(openApi('0.0.0'))));
  const references = answer.text.matchAll(/"\$ref":"#\/([^"]+)"/g);
  const names = new Set([...references].map(([, path = '']) => path));
  assert.ok(names.size > 10);
  for (const name of names) {
    const found: unknown = name
      .split('/')
      .reduce<unknown>((value, key) => Reflect.get(Object(value), key), document);
    assert.equal(typeof found, 'object', name);
  }
  assert.match(packageVersion(), /^\d/);
});
