import type { GateLists } from '../judge/gate-lists.ts';
import { type GateEntry, GATE_STATE, type GateMemory } from '../pbx/gate.ts';

/** Holds one PBX's gate to what is wanted. What fails is reported, and made good by the next look. */
export interface GateSync {
  /** Somebody judges, until this time (ms since the epoch). */
  beat(until: number): void;
  want(lists: GateLists): void;
  /** Nobody judges any more. Rejects as GateMemory. */
  leave(): Promise<void>;
  /** Takes out everything. Rejects as GateMemory. */
  forget(): Promise<void>;
  status(): { trusted: number; problem?: string };
}

export interface GateSyncParts {
  readonly now: () => number;
  /** Told when the trouble changes: undefined once the gate holds what is wanted. */
  readonly report: (problem: string | undefined) => void;
}

export function createGateSync(memory: GateMemory, { now, report }: GateSyncParts): GateSync {
  let wanted: GateLists | undefined;
  let junk: ReadonlySet<string> | undefined;
  let working: Promise<void> | undefined;
  let beating = false;
  let trusted = 0;
  let left = false;
  /** At first nothing is written. */
  let problem: string | undefined = '';

  async function work(): Promise<void> {
    while (wanted !== undefined) {
      if (left) return;
      const next: GateLists = wanted;
      wanted = undefined;
      try {
        await write(next);
        told(undefined);
      } catch (error) {
        told(wordsOf(error));
      }
    }
  }

  async function write(lists: GateLists): Promise<void> {
    const seconds = Math.floor(now() / 1000);
    // First: whoever moves there from another list is a stranger to none of them meanwhile.
    await reconcileList(memory, 'checked', lists.checked, seconds);
    await reconcileList(memory, 'trust', lists.trust, seconds);
    await reconcileList(memory, 'carrier', lists.carrier, seconds);
    if (junk === undefined) await memory.clear('junk');
    const gone = [...(junk ?? [])].filter((each) => !lists.junk.has(each));
    await memory.remove('junk', gone);
    await memory.put(
      'junk',
      [...lists.junk].map((key) => ({ key, until: seconds + lists.seconds })),
    );
    junk = lists.junk;
    await memory.writeCause();
    // Last: nobody is refused for not standing in lists that are not written yet.
    const until = lists.closed ? seconds + lists.seconds : 0;
    await memory.put('state', [{ key: GATE_STATE.closed, until }]);
    trusted = lists.trust.size + lists.carrier.size + lists.checked.size;
  }

  async function beatOnce(until: number): Promise<void> {
    beating = true;
    try {
      await memory.put('state', [{ key: GATE_STATE.alive, until: Math.floor(until / 1000) }]);
    } catch (error) {
      told(wordsOf(error));
    }
    beating = false;
  }

  function told(next: string | undefined): void {
    if (next === problem) return;
    problem = next;
    report(problem);
  }

  return {
    beat(until) {
      if (!beating && !left) void beatOnce(until);
    },
    want(lists) {
      wanted = lists;
      working ??= work().finally(() => (working = undefined));
    },
    async leave() {
      left = true;
      await working;
      await memory.remove('state', [GATE_STATE.alive]);
    },
    async forget() {
      left = true;
      await working;
      for (const list of ['state', 'trust', 'carrier', 'checked', 'junk', 'ban'] as const) {
        await memory.clear(list);
      }
    },
    status: () => ({ trusted, ...(problem === undefined ? {} : { problem }) }),
  };
}

/** Writes what is missing or half over, and takes out what is not wanted. */
async function reconcileList(
  memory: GateMemory,
  list: 'trust' | 'carrier' | 'checked',
  wanted: ReadonlyMap<string, number>,
  seconds: number,
): Promise<void> {
  const held = await memory.held(list);
  const due: GateEntry[] = [];
  for (const [key, holds] of wanted) {
    if ((held.get(key) ?? 0) < seconds + holds / 2) due.push({ key, until: seconds + holds });
  }
  // What is gone first: an address that was a phone's may be a stranger's by now.
  await memory.remove(
    list,
    [...held.keys()].filter((key) => !wanted.has(key)),
  );
  await memory.put(list, due);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : '';
  return hint === '' ? error.message : `${error.message}. ${hint}`;
}
