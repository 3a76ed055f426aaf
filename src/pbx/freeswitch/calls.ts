import { LRUCache } from 'lru-cache';
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

/** More calls than any PBX holds; the longest silent is forgotten first. */
const MAX_KNOWN = 20_000;

export function trackCalls(listener: Pick<PbxListener, 'event'>, now: () => number): Calls {
  const known = new LRUCache<string, { readonly call: CallEvent; rang: boolean }>({
    max: MAX_KNOWN,
  });
  return {
    opened(call) {
      // A UUID is never used twice: what comes again is the same call.
      if (known.has(call.channel)) return;
      known.set(call.channel, { call, rang: false });
      listener.event(call);
    },
    rang(channel) {
      const state = known.get(channel);
      if (state !== undefined) state.rang = true;
    },
    ended(channel) {
      const state = known.get(channel);
      if (state === undefined) return false;
      known.delete(channel);
      const { authenticated: _, injected: __, ...facts } = state.call;
      listener.event({ ...facts, kind: 'call-ended', seenAt: now(), rang: state.rang });
      return true;
    },
  };
}
