import type { FreeswitchPolicy } from '../../policy/policy-pbx.ts';
import type { Attached } from '../keep-up.ts';
import type { PbxCounters, PbxListener } from '../pbx.ts';
import { type RegistrationMemory, watchRegistrations } from '../registration-watch.ts';
import { injectionReports } from '../reports.ts';
import type { Calls } from './calls.ts';
import type { EslError } from './esl-error.ts';
import type { RefusedMessage } from './esl-event.ts';
import { routeEvents, type ServerNews } from './events.ts';
import { watchLosses } from './losses.ts';
import { askDoors, isUntold, problemList } from './problems.ts';
import { askRegistrations } from './registrations.ts';
import {
  askClock,
  askCore,
  askSofia,
  askVersion,
  NO_SOFIA,
  recognise,
  type ServerMemory,
  shutDown,
} from './server.ts';
import { type EslOptions, type EslSession, openEslSession } from './session.ts';
import { ONCE, SUBSCRIBE, WANTED } from './subscription.ts';

/** A PBX we are attached to, from login to the first connection that ends. */
export interface Connection extends Attached<EslError> {
  /**
   * Carries nothing but verdicts on calls, uuid_kill and the gate's mark: the event socket answers a
   * connection's commands in order, and these two take 0.1 ms each.
   */
  readonly kills: EslSession;
  /** For questions and reloads, which may take seconds. */
  readonly questions: EslSession;
  /** For the lists of the gate; undefined where the policy has none. */
  readonly lists: EslSession | undefined;
  /** Looks at once whether anybody is let in without a password. Rejects with EslError. */
  checkDoors(): Promise<void>;
}

export interface ConnectionOptions {
  readonly pbx: string;
  readonly policy: FreeswitchPolicy;
  readonly listener: PbxListener;
  readonly counters: PbxCounters;
  readonly memory: RegistrationMemory;
  readonly server: ServerMemory;
  readonly calls: Calls;
  readonly gated: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Called when the problem may have changed. */
  readonly look: () => void;
  readonly refreshMs?: number;
  readonly pauseMs?: number;
}

/** Opens its sessions and wires them. Rejects with EslError; then none is left open. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const sessions: EslSession[] = [];
  try {
    return await wire(options, sessions);
  } catch (error) {
    for (const session of sessions) session.close();
    throw error;
  }
}

async function wire(options: ConnectionOptions, sessions: EslSession[]): Promise<Connection> {
  const { pbx, policy, listener, counters, now, signal } = options;
  const open = async (part: Pick<EslOptions, 'purpose' | 'subscribe' | 'on'>) => {
    const session = await openEslSession({ ...part, policy, signal, once: ONCE, wanted: WANTED });
    sessions.push(session);
    return session;
  };
  const reports = injectionReports(pbx, listener, counters, now);
  const refused = ({ why, head }: RefusedMessage) => {
    counters.refusedFrames++;
    reports.injection(why, head);
  };
  const on = { event: () => undefined, refused, closed: () => undefined };
  const silent = () => open({ purpose: 'commands', subscribe: [], on });
  // One after the other: a wrong password is then one failed login in the PBX's log, not four.
  const questions = await silent();
  const kills = await silent();
  const lists = options.gated ? await silent() : undefined;
  const version = await askVersion(questions);
  const aboutLoss = recognise(options.server, await askCore(questions), counters);
  const problems = problemList(options.look);
  const registrations = watchRegistrations({
    ...options,
    ask: () => problems.during('registrations', askRegistrations(questions)),
  });
  const doors = repeating(async () => {
    problems.set('doors', await askDoors(questions));
    problems.set('sofia', await askSofia(questions));
  });
  const losses = watchLosses(problems, counters);
  let goes = false;
  const server: ServerNews = {
    sofia(state) {
      // A server that ends unloads everything.
      if (goes) return;
      if (state === 'loaded') counters.restarts++;
      problems.set('sofia', state === 'loaded' ? undefined : NO_SOFIA);
      if (state === 'unloaded') return;
      // Its profiles were read anew, and a phone may have come or gone without an event.
      void registrations.refresh().catch(() => undefined);
      void doors.now().catch(() => undefined);
    },
    shutdown() {
      goes = true;
    },
  };
  try {
    // Known before the first call comes, or every phone would look like a stranger.
    await registrations.refresh().catch(unlessUntold);
    const route = routeEvents({ ...options, registrations, reports, losses, server });
    // The end is learned from `closed` of each session.
    await open({ purpose: 'events', subscribe: SUBSCRIBE, on: { ...on, ...route } });
    losses.watchedFrom((await askClock(questions)) ?? Number.POSITIVE_INFINITY);
    await doors.now();
  } catch (error) {
    registrations.stop();
    doors.stop();
    losses.stop();
    throw error;
  }
  return {
    version,
    aboutLoss,
    kills,
    questions,
    lists,
    get problem() {
      return problems.text;
    },
    checkDoors: () => doors.now(),
    traffic: () => trafficOf(sessions),
    close() {
      registrations.stop();
      doors.stop();
      losses.stop();
      for (const session of sessions) session.close();
    },
    ended: Promise.race(sessions.map((session) => session.closed)).then((error) => {
      losses.ended(error);
      options.server.farewell = !goes && error.answer !== undefined;
      return goes ? shutDown(error) : error;
    }),
  };
}

function trafficOf(sessions: readonly EslSession[]): { frames: number; bytes: number } {
  const total = { frames: 0, bytes: 0 };
  for (const { events, bytes } of sessions) {
    total.frames += events;
    total.bytes += bytes;
  }
  return total;
}

/** A profile may be changed at any time, and its owner waits to see the warning gone. */
const DOORS_MS = 300_000;

/** Work that is done again every DOORS_MS from its first time on. */
function repeating(work: () => Promise<void>): { now(): Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  async function now(): Promise<void> {
    clearTimeout(timer);
    await work();
    // A PBX that does not answer closes the link.
    if (!stopped) timer = setTimeout(() => void now().catch(() => undefined), DOORS_MS);
  }
  return {
    now,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Without the list of registrations the link is degraded, and guards all the same. */
function unlessUntold(error: unknown): void {
  if (!isUntold(error)) throw error;
}
