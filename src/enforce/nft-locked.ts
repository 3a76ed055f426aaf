import type { Locked, Lockdown } from './enforcer.ts';
import { CHAIN_RULES, lockdownText } from './nft-lockdown.ts';
import { nftElements, nftRun, nftShape, nftText } from './nft-run.ts';
import { checkTargets } from './target.ts';

/** Lockdown in the kernel: writes it, and says what has become of it. */
export interface NftLocked {
  lockdown(wanted: Lockdown | undefined): Promise<void>;
  locked(): Promise<Locked>;
  senders(): Promise<string[]>;
}

/**
 * Always by a program of its own: a thousand phones take nft 30 ms, and no event may wait for that.
 * @param prepare makes the table again where it is gone
 */
export function nftLocked(
  command: readonly string[],
  table: string,
  prepare: () => Promise<void>,
): NftLocked {
  return {
    async lockdown(wanted) {
      const { open = [], registered = [] } = wanted ?? {};
      const lone = registered.map((target) => target.replace(/\/128$/, ''));
      checkTargets(
        'nftables',
        [...open, ...lone].map((target) => ({ target })),
      );
      const text = lockdownText(table, wanted);
      try {
        await nftRun(command, ['-f', '-'], text);
      } catch {
        // As for a ban: somebody may have flushed the whole ruleset since.
        await prepare();
        await nftRun(command, ['-f', '-'], text);
      }
    },
    async locked() {
      const { rules, packets } = await nftShape(command, table);
      const families = await nftText(command, table, 'lockdown');
      const inForce =
        families.includes('"ipv4"') &&
        families.includes('"ipv6"') &&
        Object.entries(CHAIN_RULES).every(([chain, count]) => rules.get(chain) === count);
      return { inForce, droppedPackets: packets.get('locked_out') ?? 0 };
    },
    async senders() {
      const sets = ['seen4', 'seen6'].map((set) => nftElements(command, table, set));
      return (await Promise.all(sets)).flat();
    },
  };
}
