import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PagePolicy } from '../policy/policy-page.ts';
import { createAttempts } from './attempts.ts';
import { digest, isPassword, isSame } from './password.ts';

/** Who asks, and what they may do. */
export interface Asker {
  readonly by: string;
  readonly door: 'page' | 'token';
  readonly may: 'read' | 'act';
}

/** Who may come in: users by password and session, programs by token. */
export interface Entry {
  /** The session's secret; or for how many seconds nobody from there may try; or that it is wrong. */
  login(user: string, password: string, from: string): Promise<Login>;
  logout(session: string): void;
  bySession(session: string): Asker | undefined;
  /** Wrong tokens count as wrong passwords do. */
  byToken(token: string, from: string): Asker | { waitSeconds: number } | undefined;
}

export type Login =
  | { readonly session: string }
  | { readonly waitSeconds: number }
  /** `isLast`: nobody from there may try again for a time. */
  | { readonly isWrong: true; readonly isLast: boolean };

const MOST_SESSIONS = 1000;
/** Passwords looked at together: each takes 32 MB. */
const MOST_AT_ONCE = 4;

/**
 * Sessions live in memory alone: a restart asks for the password again. One ends when its user
 * leaves the policy or gets another password.
 */
export function createEntry(policy: () => PagePolicy, now: () => number): Entry {
  const sessions = new LRUCache<string, Session>({ max: MOST_SESSIONS });
  const attempts = createAttempts(now);
  let underWay = 0;

  const check = async (user: string, password: string): Promise<string | undefined> => {
    const found = policy().users.find(({ name }) => name === user);
    // A name that is not there takes the time of one that is.
    const kept = found?.password ?? policy().users[0]?.password ?? '';
    const right = await isPassword(password, kept);
    return right ? found?.password : undefined;
  };

  return {
    async login(user, password, from) {
      const waitSeconds = attempts.waitSeconds(from);
      if (waitSeconds !== undefined) return { waitSeconds };
      if (underWay >= MOST_AT_ONCE) return { waitSeconds: 1 };
      const isLast = attempts.take(from);
      underWay++;
      const kept = await check(user, password).finally(() => underWay--);
      if (kept === undefined) return { isWrong: true, isLast };
      attempts.giveBack(from);
      const session = randomBytes(32).toString('base64url');
      const until = now() + policy().sessionSeconds * 1000;
      sessions.set(keyOf(session), { user, kept, until });
      return { session };
    },
    logout: (session) => void sessions.delete(keyOf(session)),
    bySession(secret) {
      const session = sessions.get(keyOf(secret));
      if (session === undefined) return undefined;
      const user = policy().users.find(({ name }) => name === session.user);
      if (session.until > now() && user?.password === session.kept) {
        return { by: session.user, door: 'page', may: 'act' };
      }
      sessions.delete(keyOf(secret));
      return undefined;
    },
    byToken(given, from) {
      const waitSeconds = attempts.waitSeconds(from);
      if (waitSeconds !== undefined) return { waitSeconds };
      // Every token is compared, so that the time tells nothing of their order.
      const found = policy().tokens.filter(({ token }) => isSame(given, token));
      const [asker] = found;
      if (asker !== undefined) return { by: asker.name, door: 'token', may: asker.may };
      attempts.take(from);
      return undefined;
    },
  };
}

interface Session {
  readonly user: string;
  /** What the policy kept as the password when it was given. */
  readonly kept: string;
  readonly until: number;
}

/** The secrets themselves are not kept: a look into our memory gives nobody a session. */
function keyOf(session: string): string {
  return digest(session).toString('base64url');
}
