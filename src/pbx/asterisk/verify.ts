import { cleanText } from '../../event/text.ts';
import type { AmiError } from './errors.ts';
import type { Frame } from './frame.ts';
import { given } from '../given.ts';
import type { AmiSession } from './session.ts';
import { hasBreak } from './translate-channel.ts';
import type { Upkeep } from './upkeep.ts';

/** What the PBX's answers about one channel show. */
export interface Verified {
  readonly gone: boolean;
  /** True when a text of this very channel broke out of the answer that held it. */
  readonly injected: boolean;
  /** True for the leg that a call came in by; false for one that the PBX made from it. */
  readonly incoming: boolean;
  readonly facts: { readonly callingNumber?: string; readonly calledNumber?: string };
}

/**
 * What a sender can write and Asterisk prints raw. CALLERID(dnid) is what EXTEN was before the
 * dialplan moved on. The last two are Asterisk's own.
 */
const QUESTIONS = [
  'CALLERID(num)',
  'CALLERID(dnid)',
  'EXTEN',
  'UNIQUEID',
  'CHANNEL(linkedid)',
] as const;
type Question = (typeof QUESTIONS)[number];

const ANSWER_MS = 3000;

/** Asks about one channel while nothing else is asked. Rejects with AmiError. */
export function verifyChannel(upkeep: Upkeep, channel: string): Promise<Verified> {
  return upkeep.run(async (session) => {
    const before = upkeep.residue();
    const { answers, fault } = await askAll(session, channel);
    const residue = upkeep.residue() !== before;
    // With residue the fault is an answer that was refused; without, nothing can be concluded.
    if (fault !== undefined && !residue) throw fault;
    return conclude(answers, residue);
  });
}

type Answers = ReadonlyMap<Question, Frame>;

/**
 * AMI answers one connection's actions in order, so once the Ping is answered all these are, and
 * whatever came besides their answers is residue of them.
 */
async function askAll(session: AmiSession, channel: string) {
  const answers = new Map<Question, Frame>();
  let fault: AmiError | undefined;
  for (const variable of QUESTIONS) {
    session.request({ Action: 'Getvar', Channel: channel, Variable: variable }, ANSWER_MS).then(
      (frame) => answers.set(variable, frame),
      (error: AmiError) => {
        fault ??= error;
      },
    );
  }
  await session.request({ Action: 'Ping' }, ANSWER_MS);
  // The promises of the answers before it settle in the turn that the Ping's does.
  await new Promise((resolve) => setImmediate(resolve));
  return { answers, fault };
}

function conclude(answers: Answers, residue: boolean): Verified {
  const all = [...answers.values()];
  const gone = all.some((frame) => frame.fields.get('Message')?.startsWith('No such channel'));
  const value = (question: Question) => answers.get(question)?.fields.get('Value');
  const id = value('UNIQUEID');
  return {
    gone: gone && !residue,
    injected: residue || !all.every(isWhole),
    incoming: id !== undefined && id !== '' && id === value('CHANNEL(linkedid)'),
    facts: given({
      callingNumber: cleanText(value('CALLERID(num)')),
      calledNumber: cleanText(value('CALLERID(dnid)') || value('EXTEN')),
    }),
  };
}

const ANSWER_KEYS: ReadonlySet<string> = new Set(['Response', 'ActionID', 'Variable', 'Value']);

/** An answer to Getvar holds four lines, and its value no line of its own. */
function isWhole({ name, fields }: Frame): boolean {
  if (name !== 'Success') return true;
  for (const key of fields.keys()) if (!ANSWER_KEYS.has(key)) return false;
  return !hasBreak(fields.get('Value') ?? '');
}
