import type { FreeswitchPolicy } from '../../policy/policy.ts';
import type { Attached } from '../keep-up.ts';
import type { PbxCounters, PbxListener } from '../pbx.ts';
import {
  type RegistrationMemory,
  type RegistrationWatch,
  watchRegistrations,
} from '../registration-watch.ts';
import { injectionReports } from '../reports.ts';
import type { Calls } from './calls.ts';
import { askConfiguration, openDoors, openLists, profilesOf } from './configuration.ts';
import { EslError } from './esl-error.ts';
import type { RefusedMessage } from './esl-event.ts';
import { routeEvents } from './events.ts';
import { askRegistrations } from './registrations.ts';
import { type EslOptions, type EslSession, openEslSession } from './session.ts';
import { ONCE, SUBSCRIBE } from './subscription.ts';

/** A PBX we are attached to, from login to the first connection that ends. */
export interface Connection extends Attached<EslError> {
  /** Carries nothing but uuid_kill: the event socket answers a connection's commands in order. */
  readonly kills: EslSession;
  /** For questions and reloads, which may take seconds. */
  readonly questions: EslSession;
}

export interface ConnectionOptions {
  readonly pbx: string;
  readonly policy: FreeswitchPolicy;
  readonly listener: PbxListener;
  readonly counters: PbxCounters;
  readonly memory: RegistrationMemory;
  readonly calls: Calls;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly refreshMs?: number;
  readonly pauseMs?: number;
}

/** Opens three sessions and wires them. Rejects with EslError; then none is left open. */
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
    const session = await openEslSession({ ...part, policy, signal, once: ONCE });
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
  // One after the other: a wrong password is then one failed login in the PBX's log, not three.
  const questions = await silent();
  const kills = await silent();
  const version = versionOf(await questions.api('version'));
  const registrations = watchRegistrations({ ...options, ask: () => askRegistrations(questions) });
  try {
    // Known before the first call comes, or every phone would look like a stranger.
    const unlisted = await problemOf(registrations.refresh());
    const route = routeEvents({ ...options, registrations, reports });
    // The end is learned from `closed` of each session.
    await open({ purpose: 'events', subscribe: SUBSCRIBE, on: { ...on, ...route } });
    const doors = await doorsOf(questions);
    const problem = [unlisted, doors].filter((one) => one !== undefined).join('. ');
    return attached(sessions, registrations, {
      version,
      problem: problem === '' ? undefined : problem,
      kills,
      questions,
    });
  } catch (error) {
    registrations.stop();
    throw error;
  }
}

function attached(
  sessions: readonly EslSession[],
  registrations: RegistrationWatch,
  parts: Pick<Connection, 'version' | 'problem' | 'kills' | 'questions'>,
): Connection {
  return {
    ...parts,
    traffic() {
      const total = { frames: 0, bytes: 0 };
      for (const { events, bytes } of sessions) {
        total.frames += events;
        total.bytes += bytes;
      }
      return total;
    },
    close() {
      registrations.stop();
      for (const session of sessions) session.close();
    },
    ended: Promise.race(sessions.map((session) => session.closed)),
  };
}

/** `FreeSWITCH Version 1.11.2-release+git~2026… (git 3f13ad1 …)` */
function versionOf(answer: string): string | undefined {
  const number = /^FreeSWITCH Version (\d{1,4}(?:\.\d{1,4}){1,3})/i.exec(answer)?.[1];
  return number === undefined ? undefined : `FreeSWITCH ${number}`;
}

/** Who lets everybody in; a PBX whose configuration cannot be read is guarded all the same. */
async function doorsOf(questions: EslSession): Promise<string | undefined> {
  return problemOf(
    (async () => {
      const [acl, sofia] = [
        await askConfiguration(questions, 'acl.conf'),
        await askConfiguration(questions, 'sofia.conf'),
      ];
      if (sofia === undefined) return undefined;
      return openDoors(profilesOf(sofia), acl === undefined ? new Set() : openLists(acl));
    })(),
  );
}

/** What the PBX will not tell degrades the link; everything else ends it. */
async function problemOf(asked: Promise<string | void>): Promise<string | undefined> {
  try {
    return (await asked) ?? undefined;
  } catch (error) {
    if (!(error instanceof EslError) || !DEGRADES.has(error.kind)) throw error;
    return error.hint === '' ? error.message : `${error.message}. ${error.hint}`;
  }
}

const DEGRADES: ReadonlySet<EslError['kind']> = new Set(['refused', 'protocol']);
