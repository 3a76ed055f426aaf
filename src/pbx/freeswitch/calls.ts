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
}

export function trackCalls(listener: Pick<PbxListener, 'event'>, now: () => number): Calls {
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
      if (known !== undefined) known.rang = true;
    },
    ended(channel) {
      const known = find(channel);
      if (known === undefined) return false;
      newer.delete(channel);
      older.delete(channel);
      const { authenticated: _, injected: __, ...facts } = known.call;
      listener.event({ ...facts, kind: 'call-ended', seenAt: now(), rang: known.rang });
      return true;
    },
  };
}
