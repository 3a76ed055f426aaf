import type { Keeper } from '../enforce/keeper.ts';
import type { Standings } from '../judge/standings.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { StatusReport } from '../web/control.ts';
import type { Ledger } from './ledger.ts';
import type { LineCounts } from './line.ts';
import type { Links } from './links.ts';
import type { Notices } from './notices.ts';
import type { PolicyState } from './reload.ts';
import type { Trunks } from './trunks.ts';

export interface StatusParts {
  readonly version: string;
  readonly startedAt: number;
  readonly policy: () => Policy;
  readonly policyState: () => PolicyState;
  readonly keeper: () => Keeper;
  readonly links: Links;
  readonly ledger: Ledger;
  readonly standings: Standings;
  readonly store: Store;
  readonly counts: LineCounts;
  readonly notices: Notices;
  readonly trunks: Trunks;
}

/** Everything `status` shows and the gauges are read from. */
export function statusReport(parts: StatusParts): StatusReport {
  const policy = parts.policy();
  const { ledger, counts, trunks } = parts;
  return {
    site: policy.site,
    version: parts.version,
    mode: policy.mode,
    startedAt: parts.startedAt,
    policy: parts.policyState(),
    pbxs: parts.links.status(),
    enforcers: parts.keeper().status(),
    bans: { active: ledger.size, quarantines: ledger.quarantines },
    sources: parts.standings.size,
    verdicts: counts.verdicts,
    calls: counts.calls,
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
    notices: parts.notices.list().toReversed(),
    droppedRows: parts.store.droppedRows,
  };
}
