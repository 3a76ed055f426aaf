import type { WantedBase } from '../fleet/centre.ts';
import type { SitePolicy } from '../judge/fleet-view.ts';
import { MOST_REFUSAL_CHARS } from '../fleet/site-report.ts';
import type { BaseState } from './base-shelf.ts';

/** What this site has once it has taken what is wanted. @param soak for as long as it is watched */
export function takenState(
  has: BaseState,
  { ring, version, sha256, since }: WantedBase,
  takenAt: number,
  soak: BaseState['soak'],
): BaseState {
  const under = { version: has.version, sha256: has.sha256 };
  // The way back leads to what was seen to be well, not to what was new itself.
  const before = has.soak === undefined ? under : (has.before ?? under);
  const taken = { ring, version, sha256, takenAt, since, before };
  return soak === undefined ? taken : { ...taken, soak };
}

/** What it has once it went back. @param to what lay there before, or nothing */
export function wentBackState(
  has: BaseState,
  to: NonNullable<BaseState['before']>,
  takenAt: number,
  why: string,
): BaseState {
  const { ring, version, since } = has;
  const rolledBack = { version, why: why.slice(0, MOST_REFUSAL_CHARS), since };
  return { ring, ...to, takenAt, since, rolledBack };
}

/** Given up once, it is not taken by the same order again. */
export function isGivenUp({ rolledBack }: BaseState, { version, since }: WantedBase): boolean {
  return rolledBack !== undefined && rolledBack.version === version && since <= rolledBack.since;
}

/** What the operator is shown of it. */
export function sitePolicyOf(has: BaseState, goodLastHour: number): SitePolicy {
  const { ring, version, takenAt, refused, rolledBack } = has;
  return {
    ring,
    version,
    takenAt,
    goodLastHour,
    ...(refused === undefined ? {} : { refused: { version: refused.version, why: refused.why } }),
    ...(rolledBack === undefined
      ? {}
      : { rolledBack: { version: rolledBack.version, why: rolledBack.why } }),
  };
}
