/**
 * What the gate's dialplan looks up, kept in the PBX's own memory, so that it needs nobody while a
 * call waits. `ban`: shut out. `trust`: through whatever its caller ID. `carrier`: a trunk's,
 * through unless the caller ID is junk. `checked`: a trunk's that waits for its verdict, and goes
 * through without one. `junk`: such caller IDs. `state`: see GATE_STATE.
 */
export type GateList = 'ban' | 'trust' | 'carrier' | 'checked' | 'junk' | 'state';

/** Keys of the list `state`. */
export const GATE_STATE = {
  /** Somebody judges, so strangers are given a moment; until this second. */
  alive: 'alive',
  /** Strangers are refused while nobody judges; until this second. */
  closed: 'closed',
  /** Hang-up cause of a refused call, in the PBX's own words, in place of the seconds. */
  cause: 'cause',
} as const;

export interface GateEntry {
  /** `ban`, `trust`, `carrier`, `checked`: canonical address or prefix. `junk`: a caller ID. */
  readonly key: string;
  /** Seconds since the epoch until which it counts. */
  readonly until: number;
}

/**
 * One PBX's gate. Each rejects with the PBX's own error when it is away or says no; a write that
 * rejected may have been done in part, and doing it again is harmless.
 */
export interface GateMemory {
  /** Entries that the gate cannot look up (see `canHold`) are left out. */
  put(list: GateList, entries: readonly GateEntry[]): Promise<void>;
  /** Those that are not there are gone already. */
  remove(list: GateList, keys: readonly string[]): Promise<void>;
  /** Keys the PBX holds, as it answers, and until when each counts; of addresses and prefixes only. */
  held(list: 'ban' | 'trust' | 'carrier' | 'checked'): Promise<ReadonlyMap<string, number>>;
  clear(list: GateList): Promise<void>;
  /** Writes what refused calls are hung up with: each kind of PBX has its own words for it. */
  writeCause(): Promise<void>;
  /** Reports whether the gate can look this address or prefix up: only some lengths of prefix are. */
  canHold(key: string): boolean;
}

/** What one gate holds of addresses and prefixes, until when each counts (s). */
export interface HeldByGate {
  readonly trust: ReadonlyMap<string, number>;
  readonly carrier: ReadonlyMap<string, number>;
  readonly checked: ReadonlyMap<string, number>;
  readonly ban: ReadonlyMap<string, number>;
  /** As in GateMemory. */
  readonly canHold: (key: string) => boolean;
}

/** Asks a gate for all of it. Rejects as GateMemory. */
export async function heldByGate(memory: GateMemory): Promise<HeldByGate> {
  return {
    trust: await memory.held('trust'),
    carrier: await memory.held('carrier'),
    checked: await memory.held('checked'),
    ban: await memory.held('ban'),
    canHold: (key) => memory.canHold(key),
  };
}

/** What became of the mark that lets a waiting call go on. */
export type PassOutcome = 'passed' | 'gone' | 'failed';
