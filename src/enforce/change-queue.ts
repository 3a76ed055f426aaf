import type { Change } from './nft-table.ts';

/** Gathers changes while a write is under way; the latest word about a target wins. */
export interface ChangeQueue {
  /** Resolves when every change is in force, or was overtaken by a later one that is. */
  put(changes: readonly Change[]): Promise<void>;
}

/**
 * Two lanes, each with one write at a time of many changes, so that under a flood of bans the
 * cost of a transaction is shared. Few changes at once are verdicts and never wait for the many
 * of a restore, unless it is writing the same target just then.
 * @param apply writes changes, all or none; two of disjoint targets may run at once
 * @param most changes in one write
 */
export function changeQueue(
  apply: (changes: readonly Change[]) => Promise<void>,
  most: number,
): ChangeQueue {
  const urgent: Lane = { waiting: new Map(), writing: new Map(), written: undefined };
  const bulk: Lane = { waiting: new Map(), writing: new Map(), written: undefined };

  async function drain(lane: Lane, other: Lane): Promise<void> {
    while (lane.waiting.size > 0) {
      const taken = take(lane.waiting, most);
      // What the other lane took before this is the older word: it must be written first. Each
      // waits only for what was taken before it, so they never wait for each other.
      const older = overlap(taken, other.writing) ? other.written : undefined;
      lane.writing = taken;
      lane.written = Promise.resolve(older).then(() => write([...taken.values()]));
      await lane.written;
    }
    lane.writing = new Map();
    lane.written = undefined;
  }

  async function write(taken: readonly Waiting[]): Promise<void> {
    try {
      await apply(taken.map(({ change }) => change));
      for (const { calls } of taken) for (const call of calls) call.done();
    } catch (error) {
      for (const { calls } of taken) for (const call of calls) call.failed(error);
    }
  }

  return {
    put(changes) {
      if (changes.length === 0) return Promise.resolve();
      const [mine, other] = changes.length <= FEW ? [urgent, bulk] : [bulk, urgent];
      return new Promise((resolve, reject) => {
        let left = changes.length;
        const call: Call = { done: () => --left === 0 && resolve(), failed: reject };
        for (const change of changes) {
          const before = mine.waiting.get(change.target) ?? other.waiting.get(change.target);
          other.waiting.delete(change.target);
          mine.waiting.set(change.target, { change, calls: [...(before?.calls ?? []), call] });
        }
        if (!mine.written) void drain(mine, other);
      });
    },
  };
}

interface Lane {
  readonly waiting: Map<string, Waiting>;
  /** What is being written now, or waits for the other lane. */
  writing: ReadonlyMap<string, Waiting>;
  /** Settles when `writing` is done; undefined when the lane is idle. */
  written: Promise<void> | undefined;
}

interface Call {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Waiting {
  readonly change: Change;
  /** Everyone who waits for this target. */
  readonly calls: readonly Call[];
}

const FEW = 64;

function take(waiting: Map<string, Waiting>, most: number): Map<string, Waiting> {
  const taken = new Map<string, Waiting>();
  for (const [target, one] of waiting) {
    if (taken.size === most) break;
    waiting.delete(target);
    taken.set(target, one);
  }
  return taken;
}

function overlap(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const target of few.keys()) if (many.has(target)) return true;
  return false;
}
