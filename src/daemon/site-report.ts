import { MOST_NOTICES, MOST_NOTICE_CHARS, MOST_PBXS } from '../fleet/site-report.ts';
import type { SiteReport } from '../fleet/site-report.ts';
import type { StatusReport } from '../web/status-report.ts';

/**
 * What the operator of the fleet is told of this site, and no other site may read: a notice can
 * name an account.
 */
export function siteReport(report: StatusReport): SiteReport {
  const { version, mode, startedAt, sources, verdicts, breaker, policy } = report;
  const { judged, good, rejected, rangBeforeRejected } = report.calls;
  return {
    version,
    mode,
    startedAt,
    bans: report.bans.active,
    sources,
    verdicts,
    calls: { judged, good, rejected, rang: rangBeforeRejected },
    breaker,
    pbxs: report.pbxs
      .slice(0, MOST_PBXS)
      .map(({ name, kind, state, since }) => ({ name, kind, state, since })),
    ...(policy.error === undefined ? {} : { problem: policy.error.slice(0, MOST_NOTICE_CHARS) }),
    notices: report.notices
      .slice(0, MOST_NOTICES)
      .map((notice) => notice.slice(0, MOST_NOTICE_CHARS)),
    ...(report.fleet?.policy === undefined ? {} : { policy: report.fleet.policy }),
  };
}
