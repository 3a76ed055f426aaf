import type { PbxCounters, RejectOutcome } from '../pbx.ts';
import type { EslSession } from './session.ts';
import { isUuid } from './uuid.ts';

/**
 * Hangs one call up.
 * @param channel its UUID
 * @param cause by name; CALL_REJECTED makes FreeSWITCH answer 603
 */
export async function kill(
  session: Pick<EslSession, 'api'> | undefined,
  channel: string,
  cause: string,
  counters: Pick<PbxCounters, 'failedRejects'>,
): Promise<RejectOutcome> {
  const outcome = await ask(session, channel, cause);
  if (outcome !== 'rejected') counters.failedRejects++;
  return outcome;
}

const CAUSE = /^[A-Z][A-Z0-9_]{2,63}$/;

async function ask(
  session: Pick<EslSession, 'api'> | undefined,
  channel: string,
  cause: string,
): Promise<RejectOutcome> {
  // Both become words of a command: nothing else may stand in them.
  if (session === undefined || !isUuid(channel) || !CAUSE.test(cause)) return 'failed';
  try {
    const answer = await session.api(`uuid_kill ${channel} ${cause}`);
    if (answer.startsWith('+OK')) return 'rejected';
    return answer.startsWith('-ERR No such channel') ? 'gone' : 'failed';
  } catch {
    // Closed, overdue or denied: for the caller each means the same.
    return 'failed';
  }
}
