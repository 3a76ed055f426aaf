import { cleanText } from '../event/text.ts';
import type { SitePolicy } from '../judge/fleet-view.ts';
import type { Answer } from '../judge/verdict.ts';
import { isTime } from './notice.ts';
import { RING_NAME, SITE_NAME } from './words.ts';

/** How a site is, by its own signed word each minute. Counts are since `startedAt`. */
export interface SiteReport {
  readonly version: string;
  readonly mode: string;
  /** Milliseconds since the epoch, like every time here. */
  readonly startedAt: number;
  readonly bans: number;
  /** Sources whose standing is remembered. */
  readonly sources: number;
  readonly verdicts: Readonly<Record<Answer, number>>;
  readonly calls: SiteCalls;
  /** Bans of the site's own judge that the breaker refused, or cut down because they were too many. */
  readonly breaker: { readonly refused: number; readonly overBudget: number };
  readonly pbxs: readonly SitePbx[];
  /** Why the policy could not be loaded again. */
  readonly problem?: string;
  /** The newest things an operator should look at. */
  readonly notices: readonly string[];
  /** Absent where the site's policy does not extend the fleet's. */
  readonly policy?: SitePolicy;
}

export interface SiteCalls {
  readonly judged: number;
  /** Good calls from sources that are known. */
  readonly good: number;
  readonly rejected: number;
  /** Rejected too late: a phone had rung. */
  readonly rang: number;
}

export interface SitePbx {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly since: number;
}

export const MOST_PBXS = 16;
export const MOST_NOTICES = 3;
export const MOST_NOTICE_CHARS = 160;
export const MOST_REFUSAL_CHARS = 400;

/**
 * Reads what a site told, of a stolen one or of another version too: whatever is missing or
 * makes no sense is nothing, no text is longer than said above, and no control character is left.
 */
export function readSiteReport(facts: Readonly<Record<string, unknown>>): SiteReport {
  const { verdicts, calls, breaker, pbxs, notices, policy } = facts;
  const [answers, called, tripped] = [mapOf(verdicts), mapOf(calls), mapOf(breaker)];
  const problem = textOf(facts['problem'], MOST_NOTICE_CHARS);
  return {
    version: textOf(facts['version'], 20),
    mode: textOf(facts['mode'], 20),
    startedAt: countOf(facts['startedAt']),
    bans: countOf(facts['bans']),
    sources: countOf(facts['sources']),
    verdicts: {
      pass: countOf(answers['pass']),
      watch: countOf(answers['watch']),
      reject: countOf(answers['reject']),
      ban: countOf(answers['ban']),
    },
    calls: {
      judged: countOf(called['judged']),
      good: countOf(called['good']),
      rejected: countOf(called['rejected']),
      rang: countOf(called['rang']),
    },
    breaker: { refused: countOf(tripped['refused']), overBudget: countOf(tripped['overBudget']) },
    pbxs: listOf(pbxs, MOST_PBXS).map(readPbx),
    ...(problem === '' ? {} : { problem }),
    notices: listOf(notices, MOST_NOTICES)
      .map((notice) => textOf(notice, MOST_NOTICE_CHARS))
      .filter((notice) => notice !== ''),
    ...(typeof policy === 'object' && policy !== null ? { policy: readPolicy(policy) } : {}),
  };
}

function readPolicy(value: unknown): SitePolicy {
  const { ring, version, takenAt, goodLastHour, ...more } = mapOf(value);
  const refused = readGivenUp(more['refused']);
  const rolledBack = readGivenUp(more['rolledBack']);
  return {
    ring: typeof ring === 'string' && RING_NAME.test(ring) ? ring : '?',
    version: countOf(version),
    takenAt: countOf(takenAt),
    goodLastHour: countOf(goodLastHour),
    ...(refused === undefined ? {} : { refused }),
    ...(rolledBack === undefined ? {} : { rolledBack }),
  };
}

function readGivenUp(value: unknown): SitePolicy['refused'] {
  const { version, why } = mapOf(value);
  if (countOf(version) === 0) return undefined;
  return { version: countOf(version), why: textOf(why, MOST_REFUSAL_CHARS) };
}

function readPbx(value: unknown): SitePbx {
  const { name, kind, state, since } = mapOf(value);
  return {
    name: typeof name === 'string' && SITE_NAME.test(name) ? name : '?',
    kind: textOf(kind, 12),
    state: textOf(state, 20),
    since: countOf(since),
  };
}

function listOf(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function countOf(value: unknown): number {
  return isTime(value) ? value : 0;
}

function textOf(value: unknown, most: number): string {
  return typeof value === 'string' ? (cleanText(value, most) ?? '') : '';
}
