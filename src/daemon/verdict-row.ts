import type { SipEvent } from '../event/sip-event.ts';
import type { VerdictRow } from '../judge/record.ts';
import type { Verdict } from '../judge/verdict.ts';

/** A verdict as it is remembered, with what the event told of its call. */
export function rowOf(event: SipEvent, verdict: Verdict): VerdictRow {
  return {
    seenAt: event.seenAt,
    pbx: event.pbx,
    event: event.kind,
    address: event.source.address,
    port: event.source.port,
    transport: event.source.transport,
    target: verdict.target,
    verdict: verdict.answer,
    rule: verdict.rule,
    why: verdict.why,
    proof: verdict.proof,
    ...(event.account === undefined ? {} : { account: event.account }),
    ...(event.callingNumber === undefined ? {} : { callingNumber: event.callingNumber }),
    ...(event.callingName === undefined ? {} : { callingName: event.callingName }),
    ...(event.calledNumber === undefined ? {} : { calledNumber: event.calledNumber }),
    ...(event.userAgent === undefined ? {} : { userAgent: event.userAgent }),
    ...(event.callId === undefined ? {} : { callId: event.callId }),
    ...(event.channel === undefined ? {} : { channel: event.channel }),
  };
}

/** How a rejected call ended, for the story of the call. */
export function endRow(event: SipEvent & { kind: 'call-ended' }, target: string): VerdictRow {
  const why = event.rang ? 'a phone had been rung before it was rejected' : 'no phone was rung';
  return rowOf(event, { answer: 'pass', rule: 'none', why, proof: event.proof, target });
}
