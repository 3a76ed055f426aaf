import type { Keeper } from '../enforce/keeper.ts';
import type { Standings } from '../judge/standings.ts';
import { newCounters } from '../pbx/keep-up.ts';
import type { PbxStatus } from '../pbx/pbx.ts';
import type { Policy } from '../policy/policy.ts';
import type { Journal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { StatusReport } from '../web/status-report.ts';
import type { FeedKeeping } from './feeds.ts';
import type { FleetKeeping } from './fleet.ts';
import type { Gate } from './gate.ts';
import type { Ledger } from './ledger.ts';
import type { LineCounts } from './line-counts.ts';
import type { Links } from './links.ts';
import type { LockdownKeeper } from './lockdown.ts';
import type { Notices } from './notices.ts';
import type { PolicyState } from './reload.ts';
import type { Shutter } from './shutter.ts';
import type { Trunks } from './trunks.ts';

export interface StatusParts {
  readonly version: string;
  readonly startedAt: number;
  readonly policy: () => Policy;
  readonly policyState: () => PolicyState;
  readonly keeper: () => Pick<Keeper, 'status'>;
  readonly links: Pick<Links, 'status'>;
  readonly gate: Pick<Gate, 'status'>;
  readonly ledger: Pick<Ledger, 'size' | 'quarantines'>;
  readonly standings: Pick<Standings, 'size'>;
  readonly store: Pick<Store, 'droppedRows'>;
  readonly journal: Pick<Journal, 'dropped'>;
  readonly counts: LineCounts;
  readonly shutter: Pick<Shutter, 'breaker'>;
  readonly notices: Pick<Notices, 'list'>;
  readonly lockdown: Pick<LockdownKeeper, 'report'>;
  readonly trunks: Pick<Trunks, 'addresses' | 'problems'>;
  readonly feeds: Pick<FeedKeeping, 'control'>;
  readonly fleet?: Pick<FleetKeeping, 'report'>;
}

/** Everything `status` shows and the gauges are read from. */
export function statusReport(parts: StatusParts): StatusReport {
  const policy = parts.policy();
  const { ledger, counts, trunks } = parts;
  const fleet = parts.fleet?.report();
  return {
    site: policy.site,
    version: parts.version,
    mode: policy.mode,
    startedAt: parts.startedAt,
    policy: parts.policyState(),
    pbxs: linksOf(policy, parts),
    gates: parts.gate.status(),
    enforcers: parts.keeper().status(),
    bans: { active: ledger.size, quarantines: ledger.quarantines },
    sources: parts.standings.size,
    verdicts: counts.verdicts,
    calls: counts.calls,
    breaker: parts.shutter.breaker,
    injections: counts.injections,
    trunks: policy.trunks.map(({ name, networks, hosts }) => {
      const resolved = hosts.flatMap((host) => trunks.addresses.get(host) ?? []);
      const problem = hosts
        .map((host) => trunks.problems.get(host))
        .find((one) => one !== undefined);
      return {
        name,
        addresses: networks.length + resolved.length,
        ...(problem === undefined ? {} : { problem }),
      };
    }),
    lockdown: parts.lockdown.report(),
    feeds: parts.feeds.control.view(),
    ...(fleet === undefined ? {} : { fleet }),
    notices: parts.notices.list().toReversed(),
    droppedRows: parts.store.droppedRows + parts.journal.dropped,
  };
}

/** A PBX whose link is not opened yet, as while bans are restored, is not guarded: it must show. */
function linksOf({ pbxs }: Policy, { links, startedAt }: StatusParts): PbxStatus[] {
  const opened = new Map(links.status().map((status) => [status.name, status]));
  return pbxs.map((pbx): PbxStatus => {
    const { name } = pbx;
    const kind = 'asterisk' in pbx ? 'asterisk' : 'freeswitch';
    const unopened = { name, kind, state: 'connecting', since: startedAt } as const;
    return opened.get(name) ?? { ...unopened, counters: newCounters() };
  });
}
