import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import { ENV, policyFolder } from './folder.ts';

test('an ACL is told to the PBXs of its kind alone', async (t) => {
  const { folder } = policyFolder(t, 'good');
  const loaded = await loadPolicy(join(folder, 'good/both-kinds.yaml'), ENV);
  assert.ok('policy' in loaded);
  assert.deepEqual(loaded.policy.enforce, [
    {
      kind: 'freeswitch-acl',
      file: '/etc/freeswitch/ghostgate.acl.xml',
      list: 'ghostgate',
      capacity: 50_000,
      pbxs: ['fusion', 'vanilla'],
    },
    {
      kind: 'asterisk-acl',
      file: '/etc/asterisk/ghostgate_acl.conf',
      acl: 'ghostgate',
      capacity: 2000,
      pbxs: ['acme'],
    },
  ]);
});
