import { pino } from 'pino';
import type { SipEvent } from '../event/sip-event.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Policy } from '../policy/policy.ts';

export type Log = pino.Logger;

/** Most of the log that may wait for a slow reader, in bytes; beyond it lines are dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Makes the log of one site; without a name that of the process, where it has many. */
export type MakeLog = (level: Policy['log']['level'], site?: string) => Log;

/**
 * JSON lines on stdout. Writing never blocks the judge: a reader that stalls costs at most
 * MAX_WAITING_BYTES of memory, then log lines, never a verdict. All logs write through one
 * queue: a line that the reader took half of is ended before another site's begins.
 */
export function openLogs(): MakeLog {
  const destination = pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  destination.on('error', () => {});
  return (level, site) =>
    pino(
      {
        level,
        base: site === undefined ? {} : { site },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination,
    );
}

/** For what goes on when it fails: the fault is logged, with what it was. */
export function faultTeller(log: Log) {
  return (what: string) =>
    (error: unknown): undefined => {
      log.error({ err: error }, what);
      return undefined;
    };
}

/** The one canonical line of a judged event: the same fields as in `explain`. */
export function verdictLine(
  event: SipEvent,
  verdict: Verdict,
  ms: number,
  mode: Policy['mode'],
): Record<string, unknown> {
  return {
    event: event.kind,
    pbx: event.pbx,
    source: event.source.address,
    port: event.source.port,
    transport: event.source.transport,
    verdict: verdict.answer,
    rule: verdict.rule,
    why: verdict.why,
    proof: verdict.proof,
    ms: Math.round(ms * 1000) / 1000,
    mode,
    target: verdict.target,
    jailSeconds: verdict.jailSeconds,
    quarantine: verdict.quarantine,
    account: event.account,
    endpoint: event.endpoint,
    callingNumber: event.callingNumber,
    callingName: event.callingName,
    calledNumber: event.calledNumber,
    userAgent: event.userAgent,
    callId: event.callId,
    channel: event.channel,
    context: event.context,
  };
}
