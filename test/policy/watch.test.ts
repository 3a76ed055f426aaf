import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { problemText } from '../../src/policy/problem.ts';
import { watchPolicy } from '../../src/policy/watch.ts';
import { soon } from './deadline.ts';
import { ENV, policyFolder } from './folder.ts';

test('a change of the policy, its base or its secret is loaded; a bad one is told', async (t) => {
  const { folder, secrets, file, next } = watched(t);
  assert.equal(await next('the first look'), 'loaded one from the file');

  writeFileSync(file, policy('two'));
  assert.equal(await next('the policy'), 'loaded two from the file');

  writeFileSync(join(folder, 'new.yaml'), policy('three'));
  renameSync(join(folder, 'new.yaml'), file);
  assert.equal(await next('a policy put in its place'), 'loaded three from the file');

  writeFileSync(join(secrets, 'ami.secret'), 'another');
  assert.equal(await next('the secret'), 'loaded three another');

  writeFileSync(file, policy('four', 'trunk: []\n'));
  assert.equal(
    await next('a mistake'),
    'failed policy.yaml:3:1 trunk: unknown key (hint: did you mean trunks?)',
  );
  rmSync(file);
  assert.equal(
    await next('no policy'),
    'failed policy.yaml: cannot be read: there is no such file',
  );

  writeFileSync(file, policy('five', 'extends: base.yaml\n'));
  const absent =
    'failed policy.yaml:3:10 extends: "base.yaml" cannot be read: there is no such file';
  assert.equal(await next('a policy without its base'), absent);
  writeFileSync(join(folder, 'base.yaml'), 'mode: enforce\n');
  assert.equal(await next('the base'), 'loaded five another');
});

test('reload loads what has not changed, and nothing is told after close', async (t) => {
  const { watch, next, told } = watched(t);
  await next('the first look');
  await Promise.all([watch.reload(), watch.reload()]);
  assert.equal(await next('the first reload'), 'loaded one from the file');
  assert.equal(await next('the second'), 'loaded one from the file');
  const late = watch.reload();
  watch.close();
  await late;
  await watch.reload();
  assert.deepEqual(told, []);
});

function policy(site: string, more = ''): string {
  const secret = '{ file: etc/ami.secret }';
  return `site: ${site}\npbxs: [{ name: a, asterisk: { username: g, secret: ${secret} } }]\n${more}`;
}

/** A policy under watch, and a way to take what the watch tells, one by one. */
function watched(t: TestContext) {
  const { folder, secrets, told: clean } = policyFolder(t);
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policy('one'));
  const told: string[] = [];
  let wake: (() => void) | undefined;
  const tell = (text: string): void => {
    told.push(text);
    wake?.();
  };
  const watch = watchPolicy(
    file,
    {
      loaded({ site, pbxs: [pbx] }) {
        tell(`loaded ${site} ${pbx !== undefined && 'asterisk' in pbx ? pbx.asterisk.secret : ''}`);
      },
      failed: (problems) => tell(`failed ${problems.map(problemText).map(clean).join(', ')}`),
    },
    { env: ENV, pollMs: 5 },
  );
  t.after(() => watch.close());
  const next = async (what: string): Promise<string | undefined> => {
    if (told.length === 0) await soon(new Promise<void>((done) => (wake = done)), what);
    return told.shift();
  };
  return { folder, secrets, file, watch, told, next };
}
