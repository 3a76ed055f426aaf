import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { heldBans } from '../../src/enforce/held-bans.ts';
import { nftables } from '../../src/enforce/nftables.ts';
import type { EnforcerPolicy } from '../../src/policy/policy-enforce.ts';
import { tempFolder } from '../store/temp.ts';
import { ban } from './contract.ts';
import { namespace, run } from './namespace.ts';

const LOCKDOWN = { registered: true };
const TABLE: EnforcerPolicy = {
  kind: 'nftables',
  table: 'ghostgate',
  sipPorts: [5060],
  lockdown: LOCKDOWN,
};

test('who is shut out is read from the kernel, and nothing is written', async (t) => {
  const own = namespace('nft');
  if (typeof own === 'string') return t.skip(own);
  const command = [...own.inside, 'nft'];
  const enforcer = nftables({ table: 'ghostgate', sipPorts: [5060] }, { command });
  try {
    await enforcer.open();
    await enforcer.ban([ban('203.0.113.9'), ban('2001:db8:1:2::/64')]);
    await enforcer.close();
    const before = run([...command, '-s', 'list', 'ruleset']);
    const { places, unseen } = await heldBans([TABLE], command, '/nowhere/fail2ban.sock');
    assert.deepEqual(unseen, []);
    assert.deepEqual(
      places.map(({ place, targets }) => [place, targets.toSorted()]),
      [['nftables table ghostgate', ['2001:db8:1:2::/64', '203.0.113.9']]],
    );
    assert.equal(run([...command, '-s', 'list', 'ruleset']), before);
  } finally {
    own.remove();
  }
});

test('who is shut out is read from the ACL file; a place that is away is told', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'acl.conf');
  writeFileSync(
    file,
    '[ghostgate]\npermit=0.0.0.0/0.0.0.0\ndeny=203.0.113.9/32\ndeny=2001:db8::/64\n',
  );
  const acl: EnforcerPolicy = {
    kind: 'asterisk-acl',
    file,
    acl: 'ghostgate',
    capacity: 9,
    pbxs: [],
  };
  const gone: EnforcerPolicy = { ...acl, file: join(folder, 'none.conf') };
  const jail: EnforcerPolicy = {
    kind: 'fail2ban',
    jail: 'ghostgate',
    socket: join(folder, 'f2b.sock'),
  };
  const { places, unseen } = await heldBans([acl, gone, jail]);
  assert.deepEqual(
    places.map(({ place, targets, release }) => [place, targets, release('203.0.113.9')]),
    [['ACL ghostgate', ['203.0.113.9', '2001:db8::/64'], 'ghostgate unban 203.0.113.9']],
  );
  assert.match(unseen.join('\n'), /^asterisk-acl: ENOENT.*\nfail2ban: /);
});
