import type { AsteriskPolicy } from '../../policy/policy-pbx.ts';
import type { AmiError } from './errors.ts';
import { type AmiSession, openSession, type SessionOptions } from './session.ts';
import type { Route } from './routes.ts';

/** Sessions to one PBX that live and die together. */
export interface SessionGroup {
  /** Rejects with AmiError. */
  open(part: Part): Promise<AmiSession>;
  close(): void;
  /** Resolves when the first of them has ended. Never rejects. */
  ended(): Promise<AmiError>;
  /** Frames and bytes read by all of them together. */
  traffic(): { frames: number; bytes: number };
}

export type Part = Pick<
  SessionOptions,
  'purpose' | 'events' | 'filters' | 'filtersOptional' | 'wants'
> & { readonly on: Route };

export function sessionGroup(policy: AsteriskPolicy, signal: AbortSignal): SessionGroup {
  const sessions: AmiSession[] = [];
  return {
    async open(part) {
      // The end is learned from `ended`.
      const on = { ...part.on, closed: () => undefined };
      const session = await openSession({ ...part, policy, signal, on });
      sessions.push(session);
      return session;
    },
    close() {
      for (const session of sessions) session.close();
    },
    ended: () => Promise.race(sessions.map((session) => session.closed)),
    traffic() {
      const total = { frames: 0, bytes: 0 };
      for (const { frames, bytes } of sessions) {
        total.frames += frames;
        total.bytes += bytes;
      }
      return total;
    },
  };
}
