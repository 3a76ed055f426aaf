import type { Ban } from '../judge/verdict.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';
import { reconcile } from './reconcile.ts';

export interface PlaceStatus {
  readonly name: string;
  readonly state: 'ok' | 'failing';
  /** What is wrong and what to do next; only while failing. */
  readonly problem?: string;
  /** Targets it holds, as far as we know. */
  readonly present: number;
  /** What ticks found since the start: bans that the place had lost, and others that were not ours. */
  readonly drift: { readonly added: number; readonly released: number };
  /** Milliseconds since the epoch of the last tick that succeeded. */
  readonly lastTickAt?: number;
}

export type Report =
  | { readonly kind: 'failing'; readonly problem: string; readonly cause: unknown }
  | { readonly kind: 'recovered' }
  /** The place was found to differ: somebody else changed it, or it lost what it held. */
  | { readonly kind: 'drifted'; readonly added: number; readonly released: number }
  /** First look after the start, or after a fault: this many were written and taken out. */
  | { readonly kind: 'restored'; readonly added: number; readonly released: number };

export interface KeptPlace {
  /** Both act at once; a fault is remembered until a tick succeeds. */
  ban(ban: Ban): Promise<void>;
  release(targets: readonly string[]): Promise<void>;
  /** Opens the place if that has not succeeded yet, then heals it. */
  tick(): Promise<void>;
  status(): PlaceStatus;
  close(): Promise<void>;
}

interface Parts {
  wanted(): readonly Ban[];
  now(): number;
  report(name: string, report: Report): void;
}

/** One enforcer, with what we know of how it fares. */
export function keepPlace(enforcer: Enforcer, parts: Parts): KeptPlace {
  const { name } = enforcer;
  /** Targets of each act under way. */
  const acts = new Set<readonly string[]>();
  /** While a tick looks, the targets acted on meanwhile: what it sees of them means nothing. */
  let touched: Set<string> | undefined;
  /** What we believe it holds. */
  let held = new Set<string>();
  let opened = false;
  /** False at first and after a fault: what differs then is no one else's doing. */
  let sound = false;
  let problem: string | undefined;
  let drift = { added: 0, released: 0 };
  let lastTickAt: number | undefined;
  let ticking: Promise<void> | undefined;

  async function heal(): Promise<void> {
    if (!opened) await enforcer.open();
    opened = true;
    const moved = (touched = new Set([...acts].flat()));
    const present = await enforcer.present().finally(() => (touched = undefined));
    // From here to the writes there is no waiting, and a place keeps the order of calls: a ban or
    // a release that comes later has the last word.
    const { ban, release } = reconcile(parts.wanted(), present, parts.now(), enforcer.capacity);
    const lost = ban.filter(({ target }) => held.has(target) && !moved.has(target));
    const foreign = release.filter((target) => !held.has(target) && !moved.has(target));
    held = new Set(present);
    for (const { target } of ban) held.add(target);
    for (const target of release) held.delete(target);
    const writes: Promise<void>[] = [];
    if (ban.length > 0) writes.push(enforcer.ban(ban));
    if (release.length > 0) writes.push(enforcer.release(release));
    await everyOne(writes);
    lastTickAt = parts.now();
    const found = { added: lost.length, released: foreign.length };
    if (sound && found.added + found.released > 0) {
      drift = { added: drift.added + found.added, released: drift.released + found.released };
      parts.report(name, { kind: 'drifted', ...found });
    }
    if (!sound && ban.length + release.length > 0) {
      parts.report(name, { kind: 'restored', added: ban.length, released: release.length });
    }
    if (problem !== undefined) parts.report(name, { kind: 'recovered' });
    problem = undefined;
    sound = true;
  }

  function failed(cause: unknown): void {
    const told = problem;
    sound = false;
    problem = wordsFor(cause);
    if (problem !== told) parts.report(name, { kind: 'failing', problem, cause });
  }

  async function act(targets: readonly string[], write: () => Promise<void>): Promise<void> {
    if (acts.size >= MOST_ACTS) return failed(new EnforceError(`${name}: too slow`, SLOW_HINT));
    acts.add(targets);
    for (const target of targets) touched?.add(target);
    try {
      await write();
    } catch (error) {
      failed(error);
    } finally {
      acts.delete(targets);
    }
  }

  return {
    ban: (ban) =>
      act([ban.target], async () => {
        await enforcer.ban([ban]);
        held.add(ban.target);
      }),
    release: (targets) =>
      act(targets, async () => {
        await enforcer.release(targets);
        for (const target of targets) held.delete(target);
      }),
    tick() {
      if (ticking) {
        failed(new EnforceError(`${name}: the last look at it has not come back`, SLOW_HINT));
        return ticking;
      }
      ticking = heal()
        .catch(failed)
        .finally(() => (ticking = undefined));
      return ticking;
    },
    status: () => ({
      name,
      state: problem === undefined ? 'ok' : 'failing',
      ...(problem === undefined ? {} : { problem }),
      present: held.size,
      drift,
      ...(lastTickAt === undefined ? {} : { lastTickAt }),
    }),
    async close() {
      opened = false;
      await enforcer.close().catch(failed);
    },
  };
}

/** Acts that may wait for a place; beyond, the next tick makes good what is left out. */
const MOST_ACTS = 1_000;
const SLOW_HINT = 'Is the machine overloaded? What it missed is written when it answers again.';

/** Waits for all of them, then rejects with the first fault. */
async function everyOne(writes: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(writes);
  const fault = outcomes.find((outcome) => outcome.status === 'rejected');
  if (fault) throw fault.reason;
}

function wordsFor(cause: unknown): string {
  if (cause instanceof EnforceError) return `${cause.message}. ${cause.hint}`;
  return cause instanceof Error ? cause.message : String(cause);
}
