import { existsSync } from 'node:fs';
import type { Ban } from '../judge/verdict.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { changeQueue } from './change-queue.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';
import { ipsetRun } from './ipset-run.ts';
import {
  banSetNames,
  changeLines,
  createLines,
  dropRule,
  MOST_ELEMENTS,
  savedTargets,
  type BanSetName,
} from './ipset-text.ts';
import type { Change } from './nft-table.ts';
import { checkTargets } from './target.ts';

type IpsetPolicy = Pick<Extract<EnforcerPolicy, { kind: 'ipset' }>, 'set' | 'rule'>;

export interface IpsetOptions {
  /** Words before `ipset`, `iptables` and `ip6tables`, such as `ip netns exec NAME`. */
  readonly inside?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Bans in two sets of our own, for hosts whose firewall is iptables. Elements carry their
 * timeouts, so that bans end by themselves and outlive a restart of Ghostgate. Unless the policy
 * says that the firewall of the host refers to the sets itself, one rule for each of them stands
 * first in `raw PREROUTING`: before conntrack, so that calls under way stop as well.
 */
export function ipset(policy: IpsetPolicy, options: IpsetOptions = {}): Enforcer {
  const { inside = [], now = Date.now } = options;
  const sets = banSetNames(policy.set);
  const queue = changeQueue(apply, MOST_CHANGES);

  const ipsetWith = (words: readonly string[], input = ''): Promise<string> =>
    ipsetRun([...inside, 'ipset', ...words], input);

  /** Makes what is missing and leaves the rest as it is, bans and all. */
  async function prepare(): Promise<void> {
    await ipsetWith(['restore'], createLines(sets));
    if (!policy.rule) return;
    for (const set of sets) await putRule(set);
  }

  async function putRule(set: BanSetName): Promise<void> {
    // A machine without IPv6 has no ip6tables that works, and nobody to shut out there.
    if (set.v6 && !existsSync('/proc/net/if_inet6')) return;
    const iptables = [...inside, set.v6 ? 'ip6tables' : 'iptables', '-w', '5', '-t', 'raw'];
    try {
      await ipsetRun([...iptables, '-C', ...dropRule(set)]);
    } catch {
      // It says the same of a rule that is not there and of a table that is not: the next tells.
      const [chain = '', ...match] = dropRule(set);
      await ipsetRun([...iptables, '-I', chain, '1', ...match]);
    }
  }

  async function apply(changes: readonly Change[]): Promise<void> {
    const lines = changeLines(sets, changes, now());
    try {
      await ipsetWith(['restore'], lines);
    } catch {
      // Somebody may have destroyed the sets since. What was written of it already may be again.
      await prepare();
      await ipsetWith(['restore'], lines);
    }
  }

  async function put(changes: readonly Change[]): Promise<void> {
    checkTargets('ipset', changes);
    const all = changes.find(({ target }) => target.endsWith('/0'));
    if (all)
      throw new EnforceError(`ipset: a set cannot hold ${all.target}`, 'Name a smaller one.');
    await queue.put(changes);
  }

  return {
    name: 'ipset',
    capacity: MOST_ELEMENTS,
    open: prepare,
    async present() {
      await prepare();
      const targets = new Set<string>();
      for (const { name } of sets) {
        for (const target of savedTargets(await ipsetWith(['save', name]))) targets.add(target);
      }
      return targets;
    },
    async ban(bans: readonly Ban[]) {
      await put(bans.map(({ target, until }) => ({ target, until })));
    },
    async release(targets) {
      await put(targets.map((target) => ({ target, until: undefined })));
    },
    close: () => Promise.resolve(),
  };
}

/** Some 20 ms of work for `ipset restore`, in which the next verdict waits at most. */
const MOST_CHANGES = 3_000;
