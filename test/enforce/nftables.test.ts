import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { nftables } from '../../src/enforce/nftables.ts';
import { ban, enforcerContract, held, type Place } from './contract.ts';
import { namespace, run, type Namespace } from './namespace.ts';

const POLICY = { table: 'ghostgate', sipPorts: [5060, 5061] };

enforcerContract('nftables', {
  place() {
    const own = namespace('nft');
    return typeof own === 'string' ? own : place(own);
  },
  expiry: 'own',
  keeps: true,
});

function place(own: Namespace): Place {
  const command = [...own.inside, 'nft'];
  return {
    make: (now) => nftables(POLICY, now ? { command, now } : { command }),
    remove: () => own.remove(),
  };
}

const DAMAGES = [
  ['the ruleset was flushed', 'flush ruleset'],
  ['our rules were flushed', 'flush table inet ghostgate'],
  ['the chain of drops was emptied', 'flush chain inet ghostgate banned'],
  ['the table is of another version', 'delete set inet ghostgate schema2'],
] as const;

void describe('nftables: repairs', { concurrency: 4 }, () => {
  for (const [damage, command] of DAMAGES) {
    test(`nftables: heals when ${damage}`, async (t) => {
      const own = namespace('nft');
      if (typeof own === 'string') return t.skip(own);
      const enforcer = place(own).make();
      try {
        await enforcer.open();
        const whole = ruleset(own);
        await enforcer.ban([ban('203.0.113.9')]);
        run([...own.inside, 'nft', ...command.split(' ')]);
        assert.deepEqual(await held(enforcer), []);
        assert.equal(ruleset(own), whole);
        await enforcer.ban([ban('203.0.113.9')]);
        assert.deepEqual(await held(enforcer), ['203.0.113.9']);
      } finally {
        await enforcer.close();
        own.remove();
      }
    });
  }

  test('nftables: a ban after a flush makes the table again at once', async (t) => {
    const own = namespace('nft');
    if (typeof own === 'string') return t.skip(own);
    const enforcer = place(own).make();
    try {
      await enforcer.open();
      await enforcer.ban([ban('10.1.2.0/24')]);
      run([...own.inside, 'nft', 'flush', 'ruleset']);
      await enforcer.ban([ban('10.1.3.0/24')]);
      assert.deepEqual(await held(enforcer), ['10.1.3.0/24']);
    } finally {
      await enforcer.close();
      own.remove();
    }
  });

  test('nftables: ports follow the policy and leave bans in force', async (t) => {
    const own = namespace('nft');
    if (typeof own === 'string') return t.skip(own);
    try {
      const command = [...own.inside, 'nft'];
      for (const sipPorts of [[5060], [5070, 5071], []]) {
        const enforcer = nftables({ table: 'ghostgate', sipPorts }, { command });
        await enforcer.open();
        const ports = run([...command, 'list', 'set', 'inet', 'ghostgate', 'sip_ports']);
        assert.deepEqual(ports.match(/\d{4}/g) ?? [], sipPorts.map(String));
        await enforcer.ban([ban('203.0.113.9')]);
        assert.deepEqual(await held(enforcer), ['203.0.113.9']);
        await enforcer.close();
      }
    } finally {
      own.remove();
    }
  });
});

test('nftables: says what to do when nft cannot be run', async () => {
  const enforcer = nftables(POLICY, { command: ['/nowhere/nft'] });
  await assert.rejects(enforcer.open(), refused);
  await assert.rejects(enforcer.ban([ban('203.0.113.9')]), refused);
  await assert.rejects(enforcer.present(), refused);
  assert.equal(await enforcer.saw?.('203.0.113.9'), undefined);
  await enforcer.close();
});

test('nftables: refuses names that would be nft commands', () => {
  for (const policy of [
    { table: 'x; flush ruleset', sipPorts: [5060] },
    { table: '', sipPorts: [5060] },
    { table: 'ghostgate', sipPorts: [0] },
    { table: 'ghostgate', sipPorts: [70_000] },
  ]) {
    assert.throws(() => nftables(policy), EnforceError);
  }
});

function refused(error: unknown): boolean {
  return error instanceof EnforceError && /apt install nftables/.test(error.hint);
}

function ruleset(own: Namespace): string {
  return run([...own.inside, 'nft', '-t', 'list', 'ruleset']);
}
