import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { check } from '../../src/cli/check.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { keysAt } from '../../src/policy/json-schema.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { samplePolicy } from '../../src/policy/sample.ts';
import { fromRoot } from '../root.ts';
import { ENV, FLEET_SEED, policyFolder } from './folder.ts';

test('policy.sample.yaml and policy.schema.json are what the program prints', async () => {
  for (const [flag, file] of [
    ['--print-sample', 'policy.sample.yaml'],
    ['--print-schema', 'policy.schema.json'],
  ] as const) {
    let printed = '';
    await check([flag], { out: (text) => (printed += `${text}\n`), err: assert.fail });
    const remake = `make it anew: ghostgate check ${flag} > ${file}`;
    assert.equal(readFileSync(fromRoot(file), 'utf8'), printed, remake);
  }
});

test('the sample loads', async (t) => {
  const policy = await loadText(t, samplePolicy());
  assert.equal(policy.site, 'acme-hq');
  assert.deepEqual(policy.trunks[0]?.hosts, ['sip.gntel.example']);
});

test('the defaults the sample shows are the defaults', async (t) => {
  // Every setting behind a # is taken out; what needs a choice of one's own is put back.
  const shown = samplePolicy()
    .replaceAll(/^#(?=[a-z]| {2}|$)/gm, '')
    // An example, not a default: beside it no enforcer of this machine would be let stand.
    .replaceAll(/^ +ssh: .*\n/gm, '');
  const all = await loadText(t, shown);
  const bare = await loadText(t, samplePolicy());
  const [asterisk, freeswitch] = all.pbxs;
  assert.ok(asterisk !== undefined && 'asterisk' in asterisk);
  assert.equal(asterisk.asterisk.channelToken, 'noughts');
  assert.deepEqual(freeswitch, {
    name: 'fusion',
    freeswitch: {
      host: '127.0.0.1',
      port: 8021,
      password: 'from the file',
      allowClearTextOverNetwork: false,
    },
  });
  assert.deepEqual(
    all.enforce.map(({ kind }) => kind),
    ['observe', 'nftables', 'asterisk-acl', 'freeswitch-acl', 'fail2ban', 'ipset', 'crowdsec'],
  );
  // Without its block there is no page: what the sample shows of it are its defaults and examples.
  assert.equal(bare.page, undefined);
  assert.deepEqual(all.page?.listen, { host: '127.0.0.1', port: 9868 });
  assert.deepEqual(
    all.feeds.map(({ from }) => ('url' in from ? from.url : basename(from.file))),
    ['https://lists.example.net/sip-scanners.txt', 'own-list.csv'],
  );
  assert.equal(all.geo?.countryFile, '/var/lib/GeoIP/GeoLite2-Country.mmdb');
  const { fleet } = all;
  assert.deepEqual(
    [fleet?.seed, fleet?.caFile],
    [FLEET_SEED, join(dirname(fleet?.caFile ?? ''), 'fleet-ca.pem')],
  );
  assert.deepEqual(fleet?.accept, {
    provenFrom: 1,
    forgeableFrom: 3,
    bansPerMinute: 6000,
    sitePerMinute: 120,
  });
  const apart = { pbxs: [], enforce: [], feeds: [], geo: undefined, page: undefined };
  const chosen = { ...apart, notify: [], report: {}, fleet: undefined };
  assert.deepEqual({ ...all, ...chosen }, { ...bare, ...chosen });
});

test('the sample names every key of the policy', () => {
  for (const key of keysAt([])) {
    assert.match(samplePolicy(), new RegExp(`^#?${key}:`, 'm'), key);
    for (const inner of keysAt([key])) {
      assert.match(samplePolicy(), new RegExp(`^#? +${inner}:`, 'm'), `${key}.${inner}`);
    }
  }
});

async function loadText(t: TestContext, text: string): Promise<Policy> {
  const { folder, secrets } = policyFolder(t);
  const file = join(folder, 'policy.yaml');
  writeFileSync(join(folder, 'base.yaml'), 'site: base\n');
  writeFileSync(file, text.replaceAll('/etc/ghostgate/', `${secrets}/`));
  const loaded = await loadPolicy(file, ENV);
  assert.deepEqual('problems' in loaded ? loaded.problems : [], []);
  assert.ok('policy' in loaded);
  return loaded.policy;
}
