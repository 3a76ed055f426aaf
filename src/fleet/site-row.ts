import type { Counts, PublishedPolicy, SiteRow, SiteState, Trouble } from '../judge/fleet-view.ts';
import type { HeardState } from './heard-state.ts';
import { isOff } from './heard-state.ts';
import type { Heard } from './increase.ts';
import { isOlder } from './newest.ts';
import type { SitePbx, SiteReport } from './site-report.ts';

/** What is known of a site when its row is made. */
export interface Known {
  readonly site: string;
  readonly isRevoked: boolean;
  readonly heard: HeardState | undefined;
  readonly hour: Counts | undefined;
}

/** A site tells how it is each minute, 66 s apart at the most. */
export const LATE_MS = 100_000;
/** As `ghostgate fleet sites`. */
export const SILENT_MS = 180_000;
/** A flood waits as well, for a moment. */
const MANY_UNSENT = 100;

/**
 * One line of the fleet page. Pure.
 * @param now up to when the site could have been heard: when NATS was last reached, while it is away
 */
export function rowOf(
  { site, isRevoked, heard, hour }: Known,
  now: number,
  newest: string,
): SiteRow {
  const state = isRevoked ? 'revoked' : stateOf(heard, now);
  const report = heard?.report;
  const found = isRevoked ? [] : troublesOf(heard, hour);
  const sorted = found.toSorted((a, b) => b.rank - a.rank);
  return {
    site,
    state,
    ...(heard === undefined ? {} : { heardAt: heard.heardAt }),
    mode: report?.mode ?? '',
    version: report?.version ?? '',
    isOld: isOlder(report?.version ?? '', newest),
    pbxs: report?.pbxs ?? [],
    ...(hour === undefined ? {} : { hour }),
    bans: report?.bans ?? 0,
    unsent: heard?.unsent ?? 0,
    notices: report?.notices.length ?? 0,
    ...policyIn(report),
    rank: Math.max(sorted[0]?.rank ?? 0, RANKS[state]),
    troubles: sorted.map(({ tone, text }) => ({ tone, text })),
  };
}

/** A PBX that is not guarded now. */
export function isDown({ state }: Pick<SitePbx, 'state'>): boolean {
  return state !== 'up' && state !== 'degraded';
}

function stateOf(heard: Heard | undefined, now: number): SiteState {
  if (heard === undefined) return 'never';
  const quietMs = now - heard.heardAt;
  return quietMs > SILENT_MS ? 'silent' : quietMs > LATE_MS ? 'late' : 'ok';
}

type Ranked = Trouble & { readonly rank: number };

function bad(rank: number, text: string): Ranked {
  return { tone: 'bad', rank, text };
}

function watch(rank: number, text: string): Ranked {
  return { tone: 'watch', rank, text };
}

/** The order of ranks is the order in which a tired engineer should look. */
const RANKS: Readonly<Record<SiteState, number>> = {
  silent: 100,
  never: 50,
  late: 30,
  ok: 0,
  revoked: 0,
};

function troublesOf(heard: Known['heard'], hour: Counts | undefined): Ranked[] {
  const found: Ranked[] = [];
  if (heard === undefined) return found;
  const { report, at, heardAt, unsent } = heard;
  for (const pbx of report.pbxs) {
    if (isDown(pbx)) found.push(bad(90, `PBX ${pbx.name} is ${pbx.state || 'not reached'}`));
    else if (pbx.state === 'degraded') found.push(watch(40, `PBX ${pbx.name} works in part`));
  }
  const rang = hour?.rang ?? 0;
  if (rang > 0) {
    const phones = rang === 1 ? '1 ghost call' : `${rang} ghost calls`;
    found.push(bad(80, `${phones} rang a phone in the last hour`));
  }
  if (report.problem !== undefined) {
    found.push(bad(60, `its policy could not be loaded: ${report.problem}`));
  }
  const { policy } = policyIn(report);
  if (policy?.rolledBack !== undefined) {
    const { version, why } = policy.rolledBack;
    found.push(bad(59, `it gave up policy ${version} again: ${why}`));
  }
  if (policy?.refused !== undefined) {
    const { version, why } = policy.refused;
    found.push(bad(58, `it did not take policy ${version}: ${why}`));
  }
  const off = at - heardAt;
  if (isOff(heard)) {
    const by = lengthOf(Math.abs(off));
    found.push(watch(20, `its clock is ${by} ${off > 0 ? 'ahead' : 'behind'}`));
  }
  if (unsent > MANY_UNSENT) found.push(watch(10, `${unsent} notices wait to be told`));
  return found;
}

/** What a report tells of the operator's policy, where it tells of one. */
function policyIn(
  report: (SiteReport & { readonly policy?: PublishedPolicy }) | undefined,
): Pick<SiteRow, 'policy'> {
  if (report?.policy === undefined) return {};
  const { ring, version, refused, rolledBack } = report.policy;
  return {
    policy: {
      ring,
      version,
      ...(refused === undefined ? {} : { refused }),
      ...(rolledBack === undefined ? {} : { rolledBack }),
    },
  };
}

/** Roughly: the row stays the same while the clock goes wrong in the same way. */
function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
