import type { PbxCounters, RejectOutcome } from '../pbx.ts';
import type { AmiSession } from './session.ts';

/**
 * Hangs one channel up.
 * @param cause Q.850 number; Asterisk turns 21 into 403 Forbidden
 */
export async function hangUp(
  session: AmiSession | undefined,
  channel: string,
  cause: number,
  counters: Pick<PbxCounters, 'failedRejects'>,
): Promise<RejectOutcome> {
  const outcome = await ask(session, channel, cause);
  if (outcome !== 'rejected') counters.failedRejects++;
  return outcome;
}

async function ask(session: AmiSession | undefined, channel: string, cause: number) {
  if (session === undefined) return 'failed';
  try {
    const action = { Action: 'Hangup', Channel: channel, Cause: String(cause) };
    const answer = await session.request(action);
    if (answer.name === 'Success') return 'rejected';
    const message = answer.fields.get('Message') ?? '';
    return message.startsWith('No such channel') ? 'gone' : 'failed';
  } catch {
    // Closed, overdue or a name that cannot be written: for the caller each means the same.
    return 'failed';
  }
}
