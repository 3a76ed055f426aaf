import type { PassOutcome } from '../gate.ts';
import type { AmiSession } from './session.ts';

/** The variable that the gate's dialplan looks at while a call waits. */
const MARK = { Variable: 'GHOSTGATE', Value: 'pass' };

/** Marks a channel, so that the gate lets it go on. Never rejects. */
export async function letPass(
  session: AmiSession | undefined,
  channel: string,
): Promise<PassOutcome> {
  if (session === undefined) return 'failed';
  try {
    const answer = await session.request({ Action: 'Setvar', Channel: channel, ...MARK });
    if (answer.name === 'Success') return 'passed';
    const message = answer.fields.get('Message') ?? '';
    return message.startsWith('No such channel') ? 'gone' : 'failed';
  } catch {
    // Closed or overdue: the dialplan decides alone when its pause is over.
    return 'failed';
  }
}
