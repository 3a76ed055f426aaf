import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newKeys } from '../fleet/nats.ts';
import { loadFleetPage } from '../../src/policy/load-fleet-page.ts';
import { problemText } from '../../src/policy/problem.ts';
import { tempFolder } from '../store/temp.ts';

const operator = newKeys().key.publicKey;
const FLEET = `fleet:
  servers: [tls://hub.example.net:4222]
  credentials: { env: VIEWER }
  operator: ${operator}
`;
const PAGE = `page:
  listen: 127.0.0.1:9869
  users: [{ name: anna, password: { file: anna.password } }]
`;

async function load(t: Parameters<typeof tempFolder>[0], text: string) {
  const folder = tempFolder(t);
  const put = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), 0o600);
    return join(folder, name);
  };
  put('anna.password', 'correct horse battery\n');
  put('base.yaml', FLEET);
  const { seed } = newKeys();
  return { seed, loaded: await loadFleetPage(put('page.yaml', text), { VIEWER: seed }) };
}

test('the file of the fleet page has the words of a policy, and may extend one', async (t) => {
  for (const text of [FLEET + PAGE, `extends: base.yaml\n${PAGE}`]) {
    const { seed, loaded } = await load(t, text);
    assert.ok('page' in loaded, JSON.stringify(loaded));
    assert.deepEqual(loaded.page.listen, { host: '127.0.0.1', port: 9869 });
    assert.deepEqual(loaded.page.users, [{ name: 'anna', password: 'correct horse battery' }]);
    assert.equal(loaded.fleet.seed, seed);
    assert.equal(loaded.fleet.operator, operator);
  }
});

const BAD: readonly [string, RegExp][] = [
  [PAGE, /fleet: is missing/],
  [FLEET, /page: is missing/],
  [`${FLEET}${PAGE}mode: enforce\n`, /:8:1 mode: unknown key/],
  [FLEET + PAGE.replace('127.0.0.1', '192.0.2.1'), /page\.listen: passwords in clear text/],
  [FLEET.replace('tls:', 'nats:') + PAGE, /NATS in clear text to another machine/],
  [FLEET + PAGE.replace('anna.password', 'none'), /there is no such file/],
  [FLEET.replace('VIEWER', 'NOWHERE') + PAGE, /"NOWHERE" is not set/],
  [`extends: fleet\n${FLEET}${PAGE}`, /:1:10 extends: what the operator publishes is for sites/],
  ['', /the file is empty/],
];
test('what is wrong with it is told with its place', async (t) => {
  for (const [text, wanted] of BAD) {
    const { loaded } = await load(t, text);
    assert.ok('problems' in loaded, text);
    assert.match(loaded.problems.map(problemText).join('\n'), wanted);
  }
});
