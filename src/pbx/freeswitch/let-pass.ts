import type { PassOutcome } from '../gate.ts';
import type { EslSession } from './session.ts';
import { isUuid } from './uuid.ts';

/**
 * Marks a call, so that the gate lets it go on. Never rejects.
 * @param channel its UUID
 */
export async function letPass(
  session: Pick<EslSession, 'api'> | undefined,
  channel: string,
): Promise<PassOutcome> {
  if (session === undefined || !isUuid(channel)) return 'failed';
  try {
    const answer = await session.api(`uuid_setvar ${channel} ${MARK}`);
    if (answer.startsWith('+OK')) return 'passed';
    return answer.startsWith('-ERR No such channel') ? 'gone' : 'failed';
  } catch {
    // Closed or overdue: the dialplan decides alone when its pause is over.
    return 'failed';
  }
}

/** The variable that the gate's dialplan looks at while a call waits, and its value. */
const MARK = 'ghostgate pass';
