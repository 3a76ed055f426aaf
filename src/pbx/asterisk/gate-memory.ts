import { GATE_STATE, type GateList, type GateMemory } from '../gate.ts';
import type { Action } from './action.ts';
import { AmiError } from './errors.ts';
import type { Frame } from './frame.ts';
import { entryOfKey, gateKey } from './gate-keys.ts';
import type { AmiSession } from './session.ts';

/** So many at once: Asterisk does them one after another, 57,000 in a second (facts/asterisk.md §6). */
const PIPELINE = 512;
const ANSWER_MS = 10_000;

export interface GateMemoryOptions {
  /** Used for nothing else, so that thousands of keys hold up no verdict. */
  readonly session: () => Pick<AmiSession, 'request' | 'list'>;
  /** Q.850 number. */
  readonly hangupCause: number;
}

/** The gate of one Asterisk: keys of AstDB that hold the second until which they count. */
export function gateMemory({ session, hangupCause }: GateMemoryOptions): GateMemory {
  /** Does one action; what it would take away may be gone already. */
  const act = async (action: Action): Promise<void> => {
    const answer = await session().request(action, ANSWER_MS);
    if (answer.name !== 'Success' && !ABSENT.test(messageOf(answer))) throw refused(action, answer);
  };

  return {
    put: (list, entries) =>
      inTurns(entries, async ({ key, until }) => {
        const name = gateKey(list, key);
        if (name === undefined) return;
        await act({ Action: 'DBPut', Family: familyOf(list), Key: name, Val: String(until) });
      }),
    remove: (list, keys) =>
      inTurns(keys, async (key) => {
        const name = gateKey(list, key);
        if (name !== undefined) await act({ Action: 'DBDel', Family: familyOf(list), Key: name });
      }),
    async held(list) {
      const action = { Action: 'DBGetTree', Family: familyOf(list) };
      const frames = await session().list(action, 'DBGetTreeComplete', ANSWER_MS);
      return new Map(frames.flatMap((frame) => entryOf(frame, familyOf(list))));
    },
    clear: (list) => act({ Action: 'DBDelTree', Family: familyOf(list) }),
    canHold: (key) => gateKey('ban', key) !== undefined,
    writeCause: () =>
      act({
        Action: 'DBPut',
        Family: familyOf('state'),
        Key: GATE_STATE.cause,
        Val: String(hangupCause),
      }),
  };
}

async function inTurns<T>(items: readonly T[], one: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += PIPELINE) {
    await Promise.all(items.slice(at, at + PIPELINE).map(one));
  }
}

function familyOf(list: GateList): string {
  return `ghostgate/${list}`;
}

/** A row of DBGetTree names its key with the family in front. */
function entryOf({ name, fields }: Frame, family: string): [string, number][] {
  const written = fields.get('Key') ?? '';
  const prefix = `/${family}/`;
  if (name !== 'DBGetTreeResponse' || !written.startsWith(prefix)) return [];
  const key = entryOfKey(written.slice(prefix.length));
  return key === undefined ? [] : [[key, Number(fields.get('Val') ?? 0) || 0]];
}

/** The words of main/db.c, the same in 16 and 22, for what is not there. */
const ABSENT = /^Database entry (?:not found|could not be deleted)/;

function messageOf({ fields }: Frame): string {
  return fields.get('Message') ?? '';
}

function refused({ Action: name }: Action, answer: Frame): AmiError {
  const words = messageOf(answer);
  return new AmiError('refused', `Asterisk would not do ${name} for the gate: ${words}`, {
    hint: 'The AMI user needs `write = system,call,reporting` in manager.conf; then `manager reload`.',
    answer: words,
  });
}
