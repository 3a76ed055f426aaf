import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import { hostOf } from '../../src/policy/policy-reach.ts';
import { isRemote } from '../../src/policy/remote.ts';
import { ENV, policyFolder } from './folder.ts';

test('how a PBX of another machine is reached', async (t) => {
  const { folder } = policyFolder(t, 'good');
  const loaded = await loadPolicy(join(folder, 'good', 'remote.yaml'), ENV);
  assert.ok('policy' in loaded);
  const found = loaded.policy.pbxs.map((pbx) => {
    const { ssh, ...link } = 'asterisk' in pbx ? pbx.asterisk : pbx.freeswitch;
    return [pbx.name, hostOf(pbx), 'tls' in link ? link.tls : undefined, ssh, isRemote(pbx)];
  });
  const near = { port: 22, user: 'ghostgate', identityFile: '/etc/ghostgate/ssh.key' };
  const known = { knownHostsFile: '/etc/ghostgate/known_hosts' };
  const far = { host: '2001:db8::5', port: 2222, user: 'gate', identityFile: '/etc/g/key' };
  const fingerprint = `aa${Array.from({ length: 31 }, (_, at) => (at + 1).toString(16).padStart(2, '0')).join('')}`;
  assert.deepEqual(found, [
    [
      'authority',
      'pbx.example',
      { caFile: '/etc/g/ca.pem', name: 'asterisk.local' },
      undefined,
      true,
    ],
    ['pinned', '192.0.2.10', { fingerprint }, undefined, true],
    ['tunnelled', 'pbx.example', false, { host: 'pbx.example', ...near, ...known }, true],
    ['far', '2001:db8::5', undefined, { ...far, knownHostsFile: '/etc/g/known' }, true],
  ]);
});
