import { GATE_STATE, type GateList, type GateMemory } from '../gate.ts';
import { EslError } from './esl-error.ts';
import { gateKeys, heldEntries } from './gate-keys.ts';
import type { EslSession } from './session.ts';

/** So many at once: FreeSWITCH does them one after another, 14,000 in a second (facts/freeswitch.md §4). */
const PIPELINE = 512;
const ANSWER_MS = 10_000;

export interface GateMemoryOptions {
  /** Used for nothing else, so that thousands of keys hold up no verdict. */
  readonly session: () => Pick<EslSession, 'api'>;
  /** Hang-up cause by name, like CALL_REJECTED. */
  readonly killCause: string;
}

/**
 * The gate of one FreeSWITCH: keys of mod_hash that hold the second until which they count. All of
 * it is lost when FreeSWITCH restarts.
 */
export function gateMemory({ session, killCause }: GateMemoryOptions): GateMemory {
  const insert = async (list: GateList, key: string, value: string): Promise<void> => {
    const answer = await session().api(`hash insert/${realmOf(list)}/${key}/${value}`, ANSWER_MS);
    if (!answer.startsWith('+OK')) throw refused(answer);
  };
  const drop = async (list: GateList, key: string): Promise<void> => {
    const answer = await session().api(`hash delete/${realmOf(list)}/${key}`, ANSWER_MS);
    if (!/^(?:\+OK|-ERR Not found)/.test(answer)) throw refused(answer);
  };
  const keysHeld = async (list: GateList): Promise<Map<string, number>> => {
    const answer = await session().api(`hash_dump db ${realmOf(list)}`, ANSWER_MS);
    if (answer.startsWith('-') && !answer.startsWith(NOTHING)) throw refused(answer);
    return rowsOf(answer, realmOf(list));
  };

  return {
    put: (list, entries) =>
      inTurns(
        entries.flatMap(({ key, until }) => gateKeys(list, key).map((name) => ({ name, until }))),
        ({ name, until }) => insert(list, name, String(Math.trunc(until))),
      ),
    remove: (list, keys) =>
      inTurns(
        keys.flatMap((key) => gateKeys(list, key)),
        (name) => drop(list, name),
      ),
    held: async (list) => heldEntries(await keysHeld(list)),
    clear: async (list) =>
      await inTurns([...(await keysHeld(list)).keys()], (name) => drop(list, name)),
    canHold: (key) => gateKeys('ban', key).length > 0,
    writeCause: () => insert('state', GATE_STATE.cause, killCause),
  };
}

async function inTurns<T>(items: readonly T[], one: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += PIPELINE) {
    await Promise.all(items.slice(at, at + PIPELINE).map(one));
  }
}

function realmOf(list: GateList): string {
  return `ghostgate_${list}`;
}

/** Rows like `D/ghostgate_ban_198.51.100.7/1800000000`; those of other realms are left out. */
function rowsOf(answer: string, realm: string): Map<string, number> {
  const held = new Map<string, number>();
  const prefix = `D/${realm}_`;
  for (const row of answer.split('\n')) {
    const slash = row.lastIndexOf('/');
    if (!row.startsWith(prefix) || slash < prefix.length) continue;
    held.set(row.slice(prefix.length, slash), Number(row.slice(slash + 1)) || 0);
  }
  return held;
}

/** What mod_event_socket says for a command that printed nothing: the hash is empty. */
const NOTHING = '-ERR no reply';

function refused(answer: string): EslError {
  const words = answer.trim().slice(0, 256);
  return new EslError('refused', `FreeSWITCH would not keep the lists of the gate: ${words}`, {
    hint: 'The gate needs mod_hash: `load mod_hash` in fs_cli, and its line in modules.conf.xml.',
    answer: words,
  });
}
