import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnforcers } from '../../src/enforce/open.ts';
import type { EnforcerPolicy } from '../../src/policy/policy.ts';

const POLICIES: readonly EnforcerPolicy[] = [
  { kind: 'nftables', table: 'ghostgate', sipPorts: [5060] },
  {
    kind: 'asterisk-acl',
    file: '/nowhere/ghostgate_acl.conf',
    acl: 'ghostgate',
    capacity: 500,
    pbxs: ['acme'],
  },
  { kind: 'fail2ban', jail: 'ghostgate', socket: '/nowhere/fail2ban.sock' },
  { kind: 'observe' },
];

test('openEnforcers: the places of the policy in enforce, empty hands alone in observe', () => {
  assert.deepEqual(names('enforce'), ['nftables', 'asterisk-acl', 'fail2ban', 'observe']);
  assert.deepEqual(names('observe'), ['observe']);
});

function names(mode: 'observe' | 'enforce'): string[] {
  const parts = { reloadAcl: () => Promise.resolve(), now: Date.now };
  return openEnforcers(POLICIES, mode, parts).map(({ name }) => name);
}
