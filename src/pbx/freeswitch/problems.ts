import { askConfiguration, openDoors, openLists, profilesOf } from './configuration.ts';
import { EslError } from './esl-error.ts';
import type { EslSession } from './session.ts';

/** What works not on one connection, as it comes and goes. */
export interface Problems {
  /** In words for a person; undefined when everything works. */
  readonly text: string | undefined;
  /** Runs one question; what the PBX will not tell becomes the problem of that name. */
  during<T>(name: string, asked: Promise<T>): Promise<T>;
  set(name: string, problem: string | undefined): void;
}

/** @param changed told whenever the text may have changed */
export function problemList(changed: () => void): Problems {
  const known = new Map<string, string>();
  function set(name: string, problem: string | undefined): void {
    if (problem === undefined) known.delete(name);
    else known.set(name, problem);
    changed();
  }
  return {
    get text() {
      return known.size === 0 ? undefined : [...known.values()].join('. ');
    },
    set,
    async during(name, asked) {
      try {
        const answer = await asked;
        set(name, undefined);
        return answer;
      } catch (error) {
        if (isUntold(error)) set(name, wordsOf(error));
        throw error;
      }
    },
  };
}

/** Reports whether the PBX answered, yet not what we asked: that degrades a link and does not end it. */
export function isUntold(error: unknown): error is EslError {
  return error instanceof EslError && (error.kind === 'refused' || error.kind === 'protocol');
}

/**
 * Which profiles let anybody in without a password, in words; undefined when none does, or when the
 * PBX does not tell: it is guarded all the same. Rejects with EslError when the connection ends.
 */
export async function askDoors(session: Pick<EslSession, 'api'>): Promise<string | undefined> {
  try {
    const sofia = await askConfiguration(session, 'sofia.conf');
    if (sofia === undefined) return undefined;
    const acl = await askConfiguration(session, 'acl.conf');
    return openDoors(profilesOf(sofia), acl === undefined ? new Set() : openLists(acl));
  } catch (error) {
    if (isUntold(error)) return wordsOf(error);
    throw error;
  }
}

function wordsOf({ message, hint }: EslError): string {
  return hint === '' ? message : `${message}. ${hint}`;
}

/** What it answers and cannot be read is not known; a lost connection is an error. */
export async function told<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isUntold(error)) return undefined;
    throw error;
  }
}
