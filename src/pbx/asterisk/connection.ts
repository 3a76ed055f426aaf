import type { AsteriskPolicy } from '../../policy/policy.ts';
import type { Attached } from '../keep-up.ts';
import type { PbxCounters, PbxListener } from '../pbx.ts';
import type { RegistrationMemory } from '../registration-watch.ts';
import { EMPTY_LIST, isDenied } from './ask-lists.ts';
import { trackCalls } from './calls.ts';
import { AmiError } from './errors.ts';
import { EXCLUDE_INJECTED, INCLUDE_CALLS, ONLY_INJECTED } from './filters.ts';
import type { RefusedFrame } from './frame.ts';
import { trackRegistrations } from './registrations.ts';
import { injectionReports } from '../reports.ts';
import { NO_FILTERS, probeRights, versionOf } from './rights.ts';
import { type Route, routes, wanted } from './routes.ts';
import type { AmiSession } from './session.ts';
import { type SessionGroup, sessionGroup } from './session-group.ts';
import { tripwire } from './tripwire.ts';
import { type Upkeep, upkeepOf } from './upkeep.ts';

/** A PBX we are attached to, from login to the first session that ends. */
export interface Connection extends Attached<AmiError> {
  readonly verdicts: AmiSession;
  readonly upkeep: Upkeep;
  /** For AstDB alone; undefined without a gate. */
  readonly lists: AmiSession | undefined;
}

export interface ConnectionOptions {
  readonly pbx: string;
  readonly policy: AsteriskPolicy;
  readonly listener: PbxListener;
  readonly counters: PbxCounters;
  readonly memory: RegistrationMemory;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Reports whether the dialplan has a gate whose lists we keep. */
  readonly gated: boolean;
  readonly refreshMs?: number;
}

/** Opens five sessions, or six with a gate, and wires them. Rejects with AmiError; then none is left open. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const group = sessionGroup(options.policy, options.signal);
  try {
    return await wire(options, group);
  } catch (error) {
    group.close();
    throw error;
  }
}

async function wire(options: ConnectionOptions, group: SessionGroup): Promise<Connection> {
  const { pbx, policy, listener, counters, now } = options;
  const { upkeep, verdicts, lists } = await openAsking(group, options);
  await probeRights(verdicts);
  const version = await upkeep.run(versionOf);

  const registrations = trackRegistrations({ ...options, upkeep });
  const calls = trackCalls({ pbx, verdicts, registrations, listener, counters, now });
  const reports = injectionReports(pbx, listener, counters, now);
  const trip = tripwire({ upkeep, calls, reports, counters });
  const token = policy.channelToken;
  let filtered = false;
  const route = routes({
    pbx,
    token,
    filtered: () => filtered,
    calls,
    registrations,
    trip,
    reports,
    listener,
    counters,
    now,
  });
  try {
    // Known before the first call comes, or every phone would look like a stranger.
    await registrations.refresh().catch(unlessDenied);
    filtered = await openCalls(group, route.calls);
    if (filtered) await openGuarded(group, route);
  } catch (error) {
    registrations.stop();
    throw error;
  }
  return {
    version,
    problem: filtered ? undefined : NO_FILTERS,
    verdicts,
    upkeep,
    lists,
    traffic: () => group.traffic(),
    close() {
      registrations.stop();
      group.close();
    },
    ended: group.ended(),
  };
}

/** The sessions we ask by; they take no events. */
async function openAsking(
  group: SessionGroup,
  { counters, gated }: Pick<ConnectionOptions, 'counters' | 'gated'>,
): Promise<Pick<Connection, 'upkeep' | 'verdicts' | 'lists'>> {
  const silent = { events: 'off', filters: [] };
  const refused = () => {
    counters.refusedFrames++;
  };
  const upkeep: Upkeep = upkeepOf(() => slow);
  const onUpkeep = ({ head }: RefusedFrame) => {
    upkeep.refused();
    if (!EMPTY_LIST.test(head)) refused();
  };
  // One after the other: a wrong secret is then one failed login in the PBX's log, not five.
  const slow = await group.open({
    ...silent,
    purpose: 'upkeep',
    on: { event: ignore, refused: onUpkeep },
  });
  const on = { event: ignore, refused };
  const verdicts = await group.open({ ...silent, purpose: 'verdicts', on });
  const lists = gated ? await group.open({ ...silent, purpose: 'lists', on }) : undefined;
  return { upkeep, verdicts, lists };
}

/** AmiSession counts events that come where none should. */
function ignore(): void {}

/** Calls are judged even unguarded: their source comes from asking, not from the event. */
async function openCalls(group: SessionGroup, on: Route): Promise<boolean> {
  const filters = [...INCLUDE_CALLS, ...EXCLUDE_INJECTED];
  const session = await group.open({
    purpose: 'calls',
    events: 'call',
    filters,
    filtersOptional: true,
    on,
    wants: wanted,
  });
  return session.filtered;
}

async function openGuarded(group: SessionGroup, route: Record<'security' | 'tripwire', Route>) {
  await group.open({
    purpose: 'security',
    events: 'security',
    filters: EXCLUDE_INJECTED,
    on: route.security,
    wants: wanted,
  });
  await group.open({
    purpose: 'tripwire',
    events: 'call,security',
    filters: ONLY_INJECTED,
    on: route.tripwire,
  });
}

/** Without the right to list registrations the link is degraded, as it is without filters. */
function unlessDenied(error: unknown): void {
  if (!(error instanceof AmiError && isDenied(error))) throw error;
}
