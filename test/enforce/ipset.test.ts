import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { ipset } from '../../src/enforce/ipset.ts';
import { ban, enforcerContract, eventually, held, type Place } from './contract.ts';
import { namespace, run, type Namespace } from './namespace.ts';
import { wire } from './wire.ts';

const POLICY = { set: 'ghostgate', rule: true };

enforcerContract('ipset', {
  place() {
    const own = namespace('ipset', 'iptables', 'ip6tables');
    return typeof own === 'string' ? own : place(own);
  },
  expiry: 'own',
  keeps: true,
});

function place(own: Namespace): Place {
  const { inside } = own;
  return {
    make: (now) => ipset(POLICY, now ? { inside, now } : { inside }),
    remove: () => own.remove(),
  };
}

const DAMAGES = [
  ['the rules were flushed', ['iptables -t raw -F', 'ip6tables -t raw -F']],
  [
    'rules and sets are gone',
    ['iptables -t raw -F', 'ip6tables -t raw -F', 'ipset destroy ghostgate4', 'ipset destroy'],
  ],
] as const;

void describe('ipset: repairs', { concurrency: 4 }, () => {
  for (const [damage, commands] of DAMAGES) {
    test(`ipset: heals when ${damage}`, (t) =>
      within(t, async (own) => {
        const enforcer = ipset(POLICY, { inside: own.inside });
        await enforcer.open();
        const whole = rules(own);
        assert.match(whole, /-A PREROUTING -m set --match-set ghostgate4 src -j DROP/);
        assert.match(whole, /-A PREROUTING -m set --match-set ghostgate6 src -j DROP/);
        await enforcer.ban([ban('203.0.113.9')]);
        for (const command of commands) run([...own.inside, ...command.split(' ')]);
        await enforcer.present();
        assert.equal(rules(own), whole, 'once each');
        await enforcer.ban([ban('203.0.113.9')]);
        assert.deepEqual(await held(enforcer), ['203.0.113.9']);
      }));
  }

  test('ipset: a ban after the sets were destroyed makes them again at once', (t) =>
    within(t, async (own) => {
      const enforcer = ipset({ ...POLICY, rule: false }, { inside: own.inside });
      await enforcer.open();
      assert.doesNotMatch(rules(own), /ghostgate/, 'the firewall of the host has its own');
      run([...own.inside, 'ipset', 'destroy']);
      await enforcer.ban([ban('2001:db8:1:2::/64')]);
      assert.deepEqual(await held(enforcer), ['2001:db8:1:2::/64']);
    }));

  test('ipset: a ban beyond what ipset can count in is capped, and none is for ever', (t) =>
    within(t, async (own) => {
      const enforcer = ipset(POLICY, { inside: own.inside });
      await enforcer.open();
      await enforcer.ban([ban('203.0.113.9', 315_360_000)]);
      run([...own.inside, 'ipset', 'add', 'ghostgate4', '203.0.113.10']);
      const saved = run([...own.inside, 'ipset', 'save', 'ghostgate4']);
      assert.match(saved, /203\.0\.113\.9 timeout 214748[0-3]\n/);
      assert.match(saved, /203\.0\.113\.10 timeout 86[34]\d\d\n/, 'put there by hand');
      await assert.rejects(enforcer.ban([ban('0.0.0.0/0')]), EnforceError);
    }));

  test('ipset: a set of another shape with our name is left alone', (t) =>
    within(t, async (own) => {
      run([...own.inside, 'ipset', 'create', 'ghostgate4', 'hash:ip']);
      await assert.rejects(
        ipset(POLICY, { inside: own.inside }).open(),
        (error) => error instanceof EnforceError && /another shape/.test(error.hint),
      );
      assert.match(run([...own.inside, 'ipset', 'save']), /^create ghostgate4 hash:ip /);
    }));
});

test('ipset: a flow that runs already stops with the ban, the others go on', (t) =>
  within(t, async (pbx) => {
    const stranger = namespace();
    if (typeof stranger === 'string') return t.skip(stranger);
    const [scanner, carrier] = ['198.51.100.1', '198.51.100.2'];
    const [scanner6, carrier6] = ['2001:db8:1:2::7', '2001:db8:1:3::7'];
    const line = await wire(pbx, stranger, [scanner, carrier, scanner6, carrier6], [5060]);
    const enforcer = ipset(POLICY, { inside: pbx.inside });
    const reaches = async (from: string, text: string): Promise<void> => {
      line.send(from, 5060, text);
      await eventually(() => line.arrived.includes(text));
    };
    try {
      await enforcer.open();
      for (const [banned, free, target] of [
        [scanner, carrier, scanner],
        [scanner6, carrier6, '2001:db8:1:2::/64'],
      ] as const) {
        await reaches(banned, `from ${banned}`);
        await enforcer.ban([ban(target)]);
        line.send(banned, 5060, `late from ${banned}`);
        // The wire keeps the order: when this has come, the one before it was dropped.
        await reaches(free, `from ${free}`);
        assert.ok(!line.arrived.includes(`late from ${banned}`), target);
        await enforcer.release([target]);
        await reaches(banned, `again from ${banned}`);
      }
    } finally {
      line.close();
      stranger.remove();
    }
  }));

test('ipset: says what to do when it cannot be run', async () => {
  const enforcer = ipset(POLICY, { inside: ['/nowhere/nsenter'] });
  for (const act of [enforcer.open(), enforcer.ban([ban('203.0.113.9')]), enforcer.present()]) {
    await assert.rejects(
      act,
      (error) => error instanceof EnforceError && /apt install ipset/.test(error.hint),
    );
  }
});

async function within(t: TestContext, check: (own: Namespace) => Promise<void>): Promise<void> {
  const own = namespace('ipset', 'iptables', 'ip6tables');
  if (typeof own === 'string') return t.skip(own);
  try {
    await check(own);
  } finally {
    own.remove();
  }
}

function rules(own: Namespace): string {
  return ['iptables', 'ip6tables']
    .map((each) => run([...own.inside, each, '-t', 'raw', '-S']))
    .join('');
}
