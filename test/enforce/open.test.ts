import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { openEnforcers } from '../../src/enforce/open.ts';
import type { EnforcerPolicy } from '../../src/policy/policy-enforce.ts';

const POLICIES: readonly EnforcerPolicy[] = [
  { kind: 'nftables', table: 'ghostgate', sipPorts: [5060], lockdown: { registered: true } },
  {
    kind: 'asterisk-acl',
    file: '/nowhere/ghostgate_acl.conf',
    acl: 'ghostgate',
    capacity: 500,
    pbxs: ['acme'],
  },
  {
    kind: 'freeswitch-acl',
    file: '/nowhere/ghostgate.acl.xml',
    list: 'ghostgate',
    capacity: 500,
    pbxs: ['north', 'south'],
  },
  { kind: 'fail2ban', jail: 'ghostgate', socket: '/nowhere/fail2ban.sock' },
  { kind: 'ipset', set: 'ghostgate', rule: true },
  { kind: 'crowdsec', url: 'http://127.0.0.1:1', machine: 'ghostgate', password: 'secret' },
  { kind: 'observe' },
];

test('openEnforcers: the places of the policy in enforce, empty hands alone in observe', () => {
  assert.deepEqual(names('enforce'), [
    'nftables',
    'asterisk-acl',
    'freeswitch-acl',
    'fail2ban',
    'ipset',
    'crowdsec',
    'observe',
  ]);
  assert.deepEqual(names('observe'), ['observe']);
});

test('openEnforcers: FreeSWITCHes with one file between them must all hold it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-acl-'));
  const asked: string[] = [];
  const away = new Set<string>();
  const holds = new Map([
    ['north', new Set(['0.0.0.2/32'])],
    ['south', new Set(['0.0.0.2/32'])],
  ]);
  const policies = POLICIES.filter(({ kind }) => kind === 'freeswitch-acl');
  const placed = policies.map((each) => ({ ...each, file: join(folder, 'ghostgate.acl.xml') }));
  let now = 1e12;
  const [enforcer] = openEnforcers(placed, 'enforce', {
    reloadAcl: () => Promise.resolve(),
    now: () => now,
    heldAcl: (pbx) =>
      away.has(pbx) ? Promise.reject(new Error('away')) : Promise.resolve(holds.get(pbx)),
    sipProfiles(pbx) {
      asked.push(pbx);
      return Promise.resolve([]);
    },
  });
  try {
    await enforcer?.open();
    assert.deepEqual(asked, ['north', 'south']);
    assert.deepEqual(await enforcer?.present(), new Set());
    holds.set('south', new Set(['0.0.0.2/32', '203.0.113.9/32']));
    now += 60_000;
    await assert.rejects(async () => enforcer?.present(), EnforceError);
    holds.delete('south');
    await assert.rejects(async () => enforcer?.present(), EnforceError, 'it has no such list');
    away.add('south');
    assert.deepEqual(await enforcer?.present(), new Set(), 'one that is away is left out');
  } finally {
    await rm(folder, { recursive: true });
  }
});

function names(mode: 'observe' | 'enforce'): string[] {
  const parts = { reloadAcl: () => Promise.resolve(), now: Date.now };
  return openEnforcers(POLICIES, mode, parts).map(({ name }) => name);
}
