import type { AsteriskPolicy } from '../../policy/policy-pbx.ts';
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
  /** For AstDB, so that thousands of keys hold up no verdict. */
  readonly lists: AmiSession;
}

export interface ConnectionOptions {
  readonly pbx: string;
  readonly policy: AsteriskPolicy;
  readonly listener: PbxListener;
  readonly counters: PbxCounters;
  readonly memory: RegistrationMemory;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly refreshMs?: number;
}

/**
 * Opens five sessions and wires them. Rejects with AmiError; then none is left open. Not one more
 * than is needed: Asterisk wakes every session for every event, whether it takes it or not
 * (manager.c, append_event), and six idle ones slowed calls by half a millisecond.
 */
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
  const { upkeep, verdicts } = await openAsking(group, counters);
  await probeRights(verdicts);
  const version = await upkeep.run(versionOf);

  const registrations = trackRegistrations({ ...options, upkeep });
  const calls = trackCalls({ pbx, verdicts, registrations, listener, counters, now });
  const reports = injectionReports(pbx, listener, counters, now);
  const trip = tripwire({ upkeep, calls, reports, counters });
  const token = policy.channelToken;
  let filtered = false;
  let lists = verdicts;
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
    if (filtered) lists = await openGuarded(group, route);
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
  counters: PbxCounters,
): Promise<Pick<Connection, 'upkeep' | 'verdicts'>> {
  const upkeep: Upkeep = upkeepOf(() => slow);
  const on = silent(counters);
  const onUpkeep = (frame: RefusedFrame) => {
    upkeep.refused();
    if (!EMPTY_LIST.test(frame.head)) on.refused(frame);
  };
  // One after the other: a wrong secret is then one failed login in the PBX's log, not five.
  const slow = await group.open({
    ...SILENT,
    purpose: 'upkeep',
    on: { ...on, refused: onUpkeep },
  });
  const verdicts = await group.open({ ...SILENT, purpose: 'verdicts', on });
  return { upkeep, verdicts };
}

const SILENT = { events: 'off', filters: [] };

/** AmiSession counts events that come where none should. */
function silent(counters: PbxCounters): Route {
  return { event: () => undefined, refused: () => counters.refusedFrames++ };
}

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

/**
 * Returns the tripwire, by which the gate's lists are kept as well: it reads next to nothing, and
 * what a forger makes it read cannot answer a question under a random ActionID.
 */
async function openGuarded(
  group: SessionGroup,
  route: Record<'security' | 'tripwire', Route>,
): Promise<AmiSession> {
  await group.open({
    purpose: 'security',
    events: 'security',
    filters: EXCLUDE_INJECTED,
    on: route.security,
    wants: wanted,
  });
  return group.open({
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
