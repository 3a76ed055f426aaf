import { parseNetwork } from '../event/source.ts';
import type { Ban } from '../judge/verdict.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';
import { fail2banCommand } from './fail2ban-socket.ts';
import type { Pickled } from './pickle.ts';
import { checkTargets } from './target.ts';

type Fail2banPolicy = Omit<Extract<EnforcerPolicy, { kind: 'fail2ban' }>, 'kind'>;

/**
 * A jail of our own in fail2ban, for hosts whose firewall it manages already. It knows one ban
 * time for the whole jail: the reconcile tick releases each ban when its own time is over, and
 * the jail's `bantime`, at least our longest, only ends bans when Ghostgate is gone. After its
 * restart the jail holds what its database remembers, which the tick corrects as well.
 */
export function fail2ban(policy: Fail2banPolicy): Enforcer {
  const { jail, socket } = policy;
  let turn: Promise<unknown> = Promise.resolve();

  /** Calls take effect in the order they were made. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  }

  function ask(...words: string[]): Promise<Pickled> {
    return fail2banCommand(socket, words);
  }

  async function banSome(targets: readonly string[]): Promise<void> {
    await ask('set', jail, 'banip', ...targets);
    const held = await whichHeld(targets);
    const missing = targets.filter((target) => !held.has(target));
    if (missing.length === 0) return;
    throw new EnforceError(
      `fail2ban: jail ${jail} did not take ${missing.slice(0, 3).join(', ')}`,
      'See the fail2ban log for the reason.',
    );
  }

  async function releaseSome(targets: readonly string[]): Promise<void> {
    // `unbanip` of a prefix that is not banned frees every address within it (actions.py,
    // removeBannedIP): only what the jail holds is released.
    const held = await whichHeld(targets);
    if (held.size > 0) await ask('set', jail, 'unbanip', ...held);
  }

  async function whichHeld(targets: readonly string[]): Promise<Set<string>> {
    const answer = await ask('get', jail, 'banned', ...targets);
    // For one address fail2ban answers with a number, for several with a list of them.
    const flags: readonly Pickled[] = Array.isArray(answer) ? answer : [answer];
    return new Set(targets.filter((_, at) => flags[at] === 1));
  }

  return {
    name: 'fail2ban',
    async open() {
      await ask('get', jail, 'bantime');
    },
    present: () =>
      inTurn(async () => {
        const list = await ask('get', jail, 'banned');
        const targets = new Set<string>();
        // By hand anything can be put into a jail; what is no address was never ours.
        for (const text of Array.isArray(list) ? list : []) {
          const target = typeof text === 'string' ? parseNetwork(text) : undefined;
          if (target !== undefined) targets.add(target);
        }
        return targets;
      }),
    async ban(bans: readonly Ban[]) {
      checkTargets('fail2ban', bans);
      const targets = [...new Set(bans.map((ban) => ban.target))];
      await inTurn(async () => {
        for (const some of chunks(targets)) await banSome(some);
      });
    },
    async release(targets) {
      checkTargets(
        'fail2ban',
        targets.map((target) => ({ target })),
      );
      await inTurn(async () => {
        for (const some of chunks(targets)) await releaseSome(some);
      });
    },
    close: () => Promise.resolve(),
  };
}

/** fail2ban works through a call before it answers anyone, some 6 ms an address. */
const MOST_IN_CALL = 50;

function* chunks(targets: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < targets.length; at += MOST_IN_CALL) {
    yield targets.slice(at, at + MOST_IN_CALL);
  }
}
