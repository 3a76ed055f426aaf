import { isSignedBy, mapIn, openEnvelope } from './envelope.ts';
import type { Heard } from './increase.ts';
import { isTime } from './notice.ts';
import { readSiteReport } from './site-report.ts';
import { MOST_SKEW_MS } from './words.ts';

/** How a site said it is. */
export interface HeardState extends Heard {
  /** Told to nobody yet. */
  readonly unsent: number;
}

/**
 * Reads what came by a site's own subject; undefined when it is no state that this site signed.
 * @param heardAt when it was heard, or when the server got it
 */
export function readState(
  data: Uint8Array,
  site: string,
  key: string,
  heardAt: number,
): HeardState | undefined {
  const envelope = openEnvelope(data);
  const facts = envelope === undefined ? undefined : mapIn(envelope);
  if (envelope === undefined || facts === undefined) return undefined;
  const { at, unsent } = facts;
  if (facts['site'] !== site || !isTime(at)) return undefined;
  if (!isSignedBy('state', envelope, key)) return undefined;
  return { heardAt, at, report: readSiteReport(facts), unsent: isTime(unsent) ? unsent : 0 };
}

/** Of a site whose clock was wrong and is right now, the earlier time is the later report. */
export function isLater(before: Heard, after: Heard): boolean {
  if (after.heardAt <= before.heardAt) return false;
  return after.at > before.at || (isOff(before) && !isOff(after));
}

/** Whether its clock is further from the hearer's than a site would be believed. */
export function isOff({ at, heardAt }: Heard): boolean {
  return Math.abs(at - heardAt) > MOST_SKEW_MS;
}
