import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fleet } from '../../src/cli/fleet.ts';
import { signingKey } from '../../src/fleet/nkey.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { natsServer, whyNoNats } from '../fleet/nats.ts';
import type { Keys } from '../fleet/nats.ts';
import { openSite, until } from '../fleet/site.ts';
import { tempFolder } from '../store/temp.ts';
import { recorder } from './recorder.ts';

async function say(...words: string[]): Promise<[number, string]> {
  const said = recorder();
  const code = await fleet(words, said);
  return [code, said.written.out + said.written.err];
}

function keyIn(file: string): Keys {
  const seed = readFileSync(file, 'utf8').trim();
  const key = signingKey(seed);
  assert.ok(key);
  return { seed, key };
}

test('keys makes one that its owner alone can read, and never another in its place', async (t) => {
  const file = join(tempFolder(t), 'new', 'fleet.key');
  const [code, told] = await say('keys', file, '--site', 'acme.hq');
  assert.equal(code, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { seed, key } = keyIn(file);
  assert.match(told, new RegExp(`nkey: ${key.publicKey}`));
  assert.match(told, /"ghostgate\.notice\.acme=hq", "ghostgate\.state\.acme=hq"/);
  assert.doesNotMatch(told, new RegExp(seed));
  assert.equal((await say('keys', file))[0], 0);
  assert.equal(readFileSync(file, 'utf8').trim(), seed);
});

const mistakes: readonly [string[], RegExp][] = [
  [['nothing'], /there is no "nothing"/],
  [['add', 'acme'], /KEY is what/],
  [['add', '../acme', 'U'], /say add SITE KEY/],
  [['add', 'acme', 'U', '--ring', 'A b'], /no name of a ring/],
  [['ring', 'canary'], /say ring RING SITE/],
  [['ring', 'Canary', 'acme'], /no name of a ring/],
  [['publish', '--ring', 'all'], /say publish FILE, or publish --resume/],
  [['publish', 'x', '--resume', '--ring', 'all'], /say publish FILE, or publish --resume/],
  [['publish', 'x', '--ring', 'all'], /say why/],
  [['publish', 'x', '--because', 'x'], /say to which rings/],
  [['publish', 'x', '--because', 'x', '--ring', 'a,a'], /each once/],
  [['publish', 'x', '--because', 'x', '--ring', 'all,a'], /it comes last/],
  [['publish', 'x', '--because', 'x', '--ring', 'A'], /no name of a ring/],
  [['publish', 'x', '--because', 'x', '--ring', 'a', '--soak', '5'], /--soak "5"/],
  [['diff', 'a'], /say diff/],
  [['rollback'], /say why/],
  [['rollback', '5', '--because', 'x'], /say rollback/],
  [['rollback', '--to', 'x', '--because', 'x'], /number of a version/],
  [['revoke', 'acme'], /say why/],
  [['unban', '203.0.113.9'], /say why/],
  [['unban', '0.0.0.0/0', '--because', 'x'], /wider than/],
  [['unban', 'x', '--because', 'x'], /is no address/],
  [['unban', '203.0.113.9', '--because', 'x', '--for', 'ever'], /--for "ever"/],
  [['allow', 'add', '0.0.0.0/1', '--because', 'x'], /wider than \/8/],
  [['allow', 'put', '203.0.113.9'], /say add, remove/],
  [['sites'], /say where NATS is/],
  [['sites', '--server', 'nats://203.0.113.9:4222'], /the server is tls:/],
];
test('what is written wrongly is said before NATS is asked', async () => {
  for (const [words, why] of mistakes) {
    const [code, told] = await say(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(told, why);
    assert.match(told, /Try: ghostgate fleet --help/);
  }
});

test(
  'an operator sets a fleet up, looks at it, and has the last word',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const folder = tempFolder(t);
    const file = (name: string): string => join(folder, `${name}.key`);
    await say('keys', file('operator'));
    for (const site of ['one', 'two']) await say('keys', file(site), '--site', site);
    const operator = keyIn(file('operator'));
    const keys = { one: keyIn(file('one')), two: keyIn(file('two')) };
    const nats = await natsServer(folder, operator, keys);
    await nats.start();
    t.after(() => nats.kill());
    const at = ['--server', nats.url, '--key', file('operator')];
    const [early, hint] = await say('add', 'one', keys.one.key.publicKey, ...at);
    assert.equal(early, 1);
    assert.match(hint, /fleet init/);
    assert.equal((await say('init', ...at))[0], 0);
    assert.equal((await say('init', ...at))[0], 0, 'again changes nothing');
    for (const site of ['one', 'two'] as const) {
      assert.equal((await say('add', site, keys[site].key.publicKey, ...at))[0], 0);
    }
    assert.match((await say('sites', ...at))[1], /one +silent +never[^]*two +silent/);

    const store = openStore(join(folder, 'one'), { now: Date.now });
    const other = openStore(join(folder, 'two'), { now: Date.now });
    const one = openSite('one', keys.one, operator, nats.url, store.fleet);
    const two = openSite('two', keys.two, operator, nats.url, other.fleet);
    t.after(async () => {
      await Promise.all([one.fleet.close(), two.fleet.close()]);
      store.close();
      other.close();
    });
    await until('both are up', () => one.fleet.report().member && two.fleet.report().member);
    one.fleet.tell({
      target: '198.51.100.66',
      rule: 'auth-failure',
      proof: 'proven',
      until: Date.now() + 3_600_000,
    });
    await until('two is told', () => two.bans.size === 1);
    assert.match((await say('bans', ...at))[1], /198\.51\.100\.66 +proven +auth-failure +one/);
    assert.match((await say('sites', ...at))[1], /one +ok[^]*two +ok/);
    assert.match((await say('status', ...at))[1], /Sites +2, 0 of them silent[^]*1 sources now/);

    assert.equal((await say('unban', '198.51.100.66', '--because', 'us', ...at))[0], 0);
    await until('two lets it in', () => two.freed.includes('198.51.100.66'));
    assert.match((await say('bans', ...at))[1], /No site tells/);
    assert.equal((await say('allow', 'add', '192.0.2.0/24', '--because', 'us', ...at))[0], 0);
    await until('two allows it', () => two.allowed.includes('192.0.2.0/24'));
    assert.match((await say('allow', ...at))[1], /192\.0\.2\.0\/24 +us/);
    assert.equal((await say('allow', 'remove', '192.0.2.0/24', ...at))[0], 0);
    await until('two does no more', () => two.allowed.length === 0);

    assert.equal((await say('revoke', 'won', '--because', 'x', ...at))[0], 1);
    assert.equal((await say('revoke', 'one', '--because', 'stolen', ...at))[0], 0);
    await until('two knows', () => two.fleet.report().sites === 1);
    assert.match((await say('sites', ...at))[1], /one +revoked/);
    const json = JSON.parse((await say('sites', '--json', ...at))[1]) as { site: string }[];
    assert.deepEqual(
      json.map(({ site }) => site),
      ['one', 'two'],
    );
  },
);
