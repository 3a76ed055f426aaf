import type { CentralSite } from '../../web/central.ts';
import { problems } from '../../web/health.ts';
import type { Daemon } from '../handle.ts';

/** How a site is: its daemon's word while one runs, else what keeps it from running. */
export function siteReport(
  state: CentralSite['state'],
  wrong: readonly string[],
  name: string | undefined,
  daemon: Daemon | undefined,
): Omit<CentralSite, 'file' | 'faults'> {
  if (daemon === undefined)
    return { state, problems: wrong, ...(name === undefined ? {} : { site: name }) };
  const status = daemon.status();
  const lastEventAt = daemon.lastEventAt();
  return {
    state,
    site: status.site,
    mode: status.mode,
    socket: daemon.policy().control.socket,
    pbxs: status.pbxs.map(({ name: pbx, kind, state: link }) => ({ name: pbx, kind, state: link })),
    bans: status.bans.active,
    calls: status.calls,
    ...(lastEventAt === undefined ? {} : { lastEventAt }),
    problems: problems(status),
  };
}
