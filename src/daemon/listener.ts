import type { PbxListener, PbxStatus } from '../pbx/pbx.ts';
import type { FleetKeeping } from './fleet.ts';
import type { Gate } from './gate.ts';
import type { LockdownKeeper } from './lockdown.ts';
import type { Journaling } from './journaling.ts';
import type { Line } from './line.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';
import type { Surroundings } from './surroundings.ts';
import type { TrunkWatch } from './trunk-watch.ts';

/** What the PBX links tell goes to the line, to the world, to the log. */
export function linkListener(parts: {
  readonly line: () => Line;
  readonly gate: () => Pick<Gate, 'link' | 'changed'>;
  readonly surroundings: Surroundings;
  readonly fleet: () => Pick<FleetKeeping, 'worldChanged'>;
  readonly lockdown: () => Pick<LockdownKeeper, 'heard'>;
  readonly notices: Notices;
  readonly trunkWatch: Pick<TrunkWatch, 'link'>;
  readonly journal: Pick<Journaling, 'registrations'>;
  readonly log: Log;
}): PbxListener {
  const { surroundings, journal, log } = parts;
  return {
    event: (event) => parts.line().event(event),
    injection: (injection) => parts.line().injection(injection),
    registrations(pbx, live) {
      surroundings.registrations(pbx, live);
      parts.gate().changed();
      parts.lockdown().heard(pbx);
      journal.registrations(pbx, live);
    },
    changed(status) {
      parts.gate().link(status);
      parts.trunkWatch.link(status);
      const { name: pbx, state, version, problem, lastLoss, counters } = status;
      if (state === 'up' || state === 'degraded') {
        surroundings.heard(pbx);
        parts.fleet().worldChanged();
      }
      const { lostEvents, restarts } = counters;
      log[levelOf(status)](
        { event: 'link', pbx, state, version, problem, lastLoss, lostEvents, restarts },
        'link to the PBX',
      );
    },
  };
}

function levelOf({ state }: PbxStatus): 'info' | 'warn' | 'error' {
  if (state === 'refused') return 'error';
  return state === 'up' || state === 'closed' ? 'info' : 'warn';
}
