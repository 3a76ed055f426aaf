import type { Ban } from '../judge/verdict.ts';
import { changeQueue } from './change-queue.ts';
import type { Enforcer } from './enforcer.ts';
import type { Change } from './nft-table.ts';
import { checkTargets } from './target.ts';

/** The ban list of one PBX's gate, in that PBX's own memory. Each rejects while the PBX is away. */
export interface BanList {
  put(bans: readonly { readonly key: string; readonly until: number }[]): Promise<void>;
  remove(targets: readonly string[]): Promise<void>;
  /** Targets it holds and until when (s since the epoch), as the PBX answers. */
  held(): Promise<ReadonlyMap<string, number>>;
  /** Reports whether it can look this target up: prefixes of some lengths it cannot. */
  canHold(target: string): boolean;
}

export interface GateListOptions {
  readonly capacity: number;
  /** The lists of the PBXs that can be reached now; one that comes back is given the whole list. */
  readonly lists: () => readonly BanList[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Bans in force that no list can hold. */
  readonly onSkipped?: (targets: readonly string[]) => void;
}

/**
 * Bans in the memory of the PBXs, looked up by the gate's dialplan: it refuses a banned source at
 * once, with us or without. Each entry holds its own end. A prefix that a list cannot look up
 * stays with the judge, who rejects each call of it while it waits in the gate.
 */
export function gateList(name: string, options: GateListOptions): Enforcer {
  const { capacity, lists, now = Date.now, onSkipped = () => {} } = options;
  const queue = changeQueue(apply, MOST_CHANGES);
  /** What was banned and not released: of these, all PBXs must hold each. */
  const banned = new Map<string, number>();

  async function apply(changes: readonly Change[]): Promise<void> {
    const puts = changes.flatMap(({ target, until }) =>
      until === undefined ? [] : [{ key: target, until: Math.ceil(until / 1000) }],
    );
    const gone = changes.filter(({ until }) => until === undefined).map(({ target }) => target);
    await Promise.all(
      lists().map(async (list) => {
        await list.remove(gone);
        await list.put(puts.filter(({ key }) => list.canHold(key)));
      }),
    );
  }

  return {
    name,
    capacity,
    open: () => Promise.resolve(),
    async present() {
      const seconds = now() / 1000;
      const reached = lists();
      const held = await Promise.all(reached.map((list) => list.held()));
      const isHeld = (target: string, at: number): boolean =>
        (held[at]?.get(target) ?? 0) > seconds || reached[at]?.canHold(target) === false;
      for (const [target, until] of banned) if (until <= now()) banned.delete(target);
      const ours = [...banned.keys()].filter((target) =>
        reached.every((_, at) => isHeld(target, at)),
      );
      const others = held.flatMap((one) => [...one].filter(([key]) => !banned.has(key)));
      const foreign = others.filter(([, until]) => until > seconds).map(([key]) => key);
      return new Set([...ours, ...foreign]);
    },
    async ban(bans: readonly Ban[]) {
      checkTargets(name, bans);
      const wide = bans.filter(({ target }) => lists().some((list) => !list.canHold(target)));
      if (wide.length > 0) onSkipped(wide.map(({ target }) => target));
      for (const { target, until } of bans) banned.set(target, until);
      await queue.put(bans);
    },
    async release(targets) {
      for (const target of targets) banned.delete(target);
      await queue.put(targets.map((target) => ({ target, until: undefined })));
    },
    close: () => Promise.resolve(),
  };
}

/** In one write: a verdict's ban must not wait long behind a restore. */
const MOST_CHANGES = 1_000;
