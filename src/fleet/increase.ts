import type { Counts } from '../judge/fleet-view.ts';
import type { SiteReport } from './site-report.ts';

/** What happened at a site between two of its reports. */
export interface Increase {
  /** From then till then, ms since the epoch, by the clock of whoever looks. */
  readonly from: number;
  readonly to: number;
  readonly counts: Counts;
}

/** A report, and when it was heard. */
export interface Heard {
  readonly heardAt: number;
  /** When the site says it told it, by its own clock. */
  readonly at: number;
  readonly report: SiteReport;
}

/**
 * What happened between two reports of one site. Counters count from the site's start: after a
 * restart all of them happened since. What cannot be (counters that went back, or more in a second
 * than any PBX takes) comes to nothing, so that no lie of one site drowns the sums of all.
 */
export function increase(before: Heard, after: Heard): Increase | undefined {
  const { heardAt: to } = after;
  if (to <= before.heardAt) return undefined;
  const isRestart = after.report.startedAt !== before.report.startedAt;
  const now = countsOf(after.report);
  const then = isRestart ? NOTHING : countsOf(before.report);
  // What observe mode would have done was done to nobody.
  const acts = before.report.mode !== 'observe' && after.report.mode !== 'observe';
  // By the site's own clock, which may be wrong by hours: only how long it ran is taken from it.
  const ranMs = Math.max(0, after.at - after.report.startedAt);
  const from = isRestart ? Math.max(before.heardAt, to - ranMs) : before.heardAt;
  const seconds = Math.max(1, (to - from) / 1000);
  const grown = (count: keyof Counts): number => {
    const by = now[count] - then[count];
    return by > 0 && by <= seconds * MOST_A_SECOND ? by : 0;
  };
  return {
    from,
    to,
    counts: {
      stopped: grown('stopped'),
      good: grown('good'),
      rang: grown('rang'),
      bans: acts ? grown('bans') : 0,
    },
  };
}

function countsOf({ calls, verdicts }: SiteReport): Counts {
  return { stopped: calls.rejected, good: calls.good, rang: calls.rang, bans: verdicts.ban };
}

const NOTHING: Counts = { stopped: 0, good: 0, rang: 0, bans: 0 };
/** A scanner's whole flood at one PBX is some hundreds. */
const MOST_A_SECOND = 5000;
