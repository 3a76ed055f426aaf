import type { CallEvent } from '../../event/sip-event.ts';
import type { PbxListener } from '../pbx.ts';

/** Calls from their first event to their last, over reconnections too. */
export interface Calls {
  opened(call: CallEvent): void;
  /** A phone is being rung for this call. */
  rang(channel: string): void;
  /** Returns false when nothing was known of the call. */
  ended(channel: string): boolean;
}

/** Half of how many calls are remembered, more than any PBX holds. */
const HALF = 10_000;

interface Known {
  readonly call: CallEvent;
  rang: boolean;
  /** Tells of the end, once; set when the call has ended. */
  over?: () => void;
}

/**
 * The leg to a phone is told of by a thread of its own: under load some ms after the end of the call
 * that it was made for (measured, 1.11.2: one of a thousand calls hung up at once). So the end of a
 * call that rang nobody waits this long to be told.
 */
const RING_LATE_MS = 250;

function afterAWhile(tell: () => void): void {
  setTimeout(tell, RING_LATE_MS).unref();
}

/** @param later calls what it is given when a late ring would have been told */
export function trackCalls(
  listener: Pick<PbxListener, 'event'>,
  now: () => number,
  later: (tell: () => void) => void = afterAWhile,
): Calls {
  // When the newer half is full the older one is forgotten: under a flood an order by use would
  // cost more than the call's judgement.
  let newer = new Map<string, Known>();
  let older = new Map<string, Known>();
  const find = (channel: string): Known | undefined => newer.get(channel) ?? older.get(channel);

  return {
    opened(call) {
      // A UUID is never used twice: what comes again is the same call.
      if (find(call.channel) !== undefined) return;
      if (newer.size >= HALF) {
        older = newer;
        newer = new Map();
      }
      newer.set(call.channel, { call, rang: false });
      listener.event(call);
    },
    rang(channel) {
      const known = find(channel);
      if (known === undefined) return;
      known.rang = true;
      known.over?.();
    },
    ended(channel) {
      const known = find(channel);
      if (known === undefined || known.over !== undefined) return known !== undefined;
      const { authenticated: _, injected: __, ...facts } = known.call;
      const seenAt = now();
      known.over = () => {
        // Told already: by the ring that came late, or by its not coming.
        if (find(channel) !== known) return;
        newer.delete(channel);
        older.delete(channel);
        listener.event({ ...facts, kind: 'call-ended', seenAt, rang: known.rang });
      };
      if (known.rang) known.over();
      else later(known.over);
      return true;
    },
  };
}
