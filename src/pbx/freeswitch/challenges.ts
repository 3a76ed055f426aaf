import { LRUCache } from 'lru-cache';
import type { PlainEvent } from '../../event/sip-event.ts';
import type { Attempt, Failure } from './news.ts';

/** Joins the two events that FreeSWITCH writes of one wrong answer. */
export interface Challenges {
  attempted(attempt: Attempt): void;
  /** The failure, with the proof and the account that its attempt tells. */
  failed(failure: Failure): PlainEvent;
}

/** The failure follows in the same turn of FreeSWITCH's thread. */
const TOGETHER_MS = 2000;
const MAX_KEPT = 1000;

/**
 * A failure alone is forgeable: with inbound-reg-force-matching-username FreeSWITCH forbids a
 * REGISTER whose names differ before it looks at the nonce, so one packet with a false sender is
 * enough. An attempt that names an account came after the nonce was found: then the challenge was
 * answered, whatever the profile's settings.
 */
export function joinChallenges(): Challenges {
  const attempts = new LRUCache<string, Attempt>({ max: MAX_KEPT });
  return {
    attempted(attempt) {
      attempts.set(attempt.key, attempt);
    },
    failed({ key, event }) {
      const attempt = attempts.get(key);
      attempts.delete(key);
      if (attempt === undefined || event.seenAt - attempt.seenAt > TOGETHER_MS) return event;
      const { key: _, seenAt: __, ...told } = attempt;
      return { ...event, ...told, proof: 'proven' };
    },
  };
}
