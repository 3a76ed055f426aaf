import { setTimeout as pause } from 'node:timers/promises';
import { LinkError } from './link-error.ts';
import { OvertakenError } from './stream.ts';

/** What the operator wants cannot be ordered. Nothing was changed. */
export class OrderError extends LinkError {
  override name = 'OrderError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Does it anew, from its reading on, while somebody else is quicker: what is put by `put` with
 * `after` rests on what stands, or is not put. Rejects with OrderError after some two seconds.
 * @param what is changed, for the error
 */
export async function untilFirst<T>(what: string, once: () => Promise<T>): Promise<T> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof OvertakenError)) throw error;
    }
    // Not both again in the same moment.
    await pause(Math.random() * Math.min(200, 10 * tries));
  }
  throw new OrderError(
    `${what}: changed by others ${MOST_TRIES} times meanwhile; nothing of yours is done`,
    'look at what stands by now, and say it again',
  );
}

/** Of those who change the same at once, one is through with each: so many may be at it. */
const MOST_TRIES = 30;
