import type { PbxPolicy } from '../../policy/policy.ts';
import type { LinkState, Pbx, PbxCounters, PbxListener, PbxStatus } from '../pbx.ts';
import { connect, type Connection } from './connection.ts';
import { AmiError } from './errors.ts';
import { given } from './given.ts';
import { hangUp } from './hangup.ts';
import type { RegistrationMemory } from './registrations.ts';

export interface LinkOptions {
  /** Q.850 number that rejected calls are hung up with. */
  readonly hangupCause: number;
  readonly listener: PbxListener;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly retryMs?: {
    /** Pause before trying a PBX that is away. Default 300. */
    readonly away?: number;
    /** Pause after a PBX said no: each try is a failed login in its log. Default 10,000. */
    readonly refused?: number;
  };
  /** Time between two looks at who is registered. Default 30,000. */
  readonly refreshMs?: number;
}

/** A link to one Asterisk that keeps itself up until it is closed. */
export function asteriskLink(policy: PbxPolicy, options: LinkOptions): Pbx {
  const { name, asterisk } = policy;
  const { listener, now, hangupCause } = options;
  const pauses = { away: 300, refused: 10_000, ...options.retryMs };
  const counters = newCounters();
  const memory: RegistrationMemory = { live: new Map() };
  const closing = new AbortController();
  let state: LinkState = 'connecting';
  let problem: string | undefined;
  let since = now();
  let version: string | undefined;
  let connection: Connection | undefined;
  let running: Promise<void> | undefined;

  async function keepUp(): Promise<void> {
    while (!closing.signal.aborted) {
      const fault = await attach().catch(onlyAmiError);
      if (closing.signal.aborted) return;
      const saidNo = SAID_NO.has(fault.kind);
      become(saidNo ? 'refused' : 'connecting', inWords(fault));
      await pause(saidNo ? pauses.refused : pauses.away, closing.signal);
    }
  }

  /** One life of the connection; resolves with what ended it. */
  async function attach(): Promise<AmiError> {
    const { signal } = closing;
    const { refreshMs } = options;
    const common = { pbx: name, policy: asterisk, listener, counters, memory, now, signal };
    const mine = await connect({ ...common, ...given({ refreshMs }) });
    counters.connections++;
    connection = mine;
    version = mine.version;
    become(mine.problem === undefined ? 'up' : 'degraded', mine.problem);
    const fault = await mine.ended;
    connection = undefined;
    mine.close();
    const { frames, bytes } = mine.traffic();
    counters.frames += frames;
    counters.bytes += bytes;
    return fault;
  }

  function become(next: LinkState, why: string | undefined): void {
    if (next === state && why === problem) return;
    if (next !== state) since = now();
    state = next;
    problem = why;
    listener.changed(status());
  }

  function status(): PbxStatus {
    const { frames, bytes } = connection?.traffic() ?? { frames: 0, bytes: 0 };
    const total = {
      ...counters,
      frames: counters.frames + frames,
      bytes: counters.bytes + bytes,
    };
    const told = given({ version, problem });
    return { name, kind: 'asterisk', state, since, counters: total, ...told };
  }

  return {
    name,
    start() {
      running ??= keepUp();
    },
    status,
    reject: ({ channel }) => hangUp(connection?.verdicts, channel, hangupCause, counters),
    reloadAcl: () => reloadAcl(name, connection),
    async close() {
      closing.abort();
      connection?.close();
      await running;
      become('closed', undefined);
    },
  };
}

/** A large ACL takes Asterisk twenty seconds to read. */
const RELOAD_MS = 60_000;

async function reloadAcl(name: string, connection: Connection | undefined): Promise<void> {
  if (connection === undefined) throw new AmiError('closed', `${name} is not connected`);
  const action = { Action: 'Reload', Module: 'acl' };
  const answer = await connection.upkeep.run((session) => session.request(action, RELOAD_MS));
  if (answer.name === 'Success') return;
  throw new AmiError('refused', `${name} would not reload its ACLs`, {
    hint: 'The AMI user needs `write = system` in manager.conf.',
    answer: answer.fields.get('Message') ?? '',
  });
}

const SAID_NO: ReadonlySet<AmiError['kind']> = new Set([
  'wrong-secret',
  'missing-rights',
  'refused',
  'filter-refused',
]);

function inWords({ message, hint }: AmiError): string {
  return hint === '' ? message : `${message}. ${hint}`;
}

/** Anything else is a mistake of ours, and ends the program where it can be seen. */
function onlyAmiError(error: unknown): AmiError {
  if (error instanceof AmiError) return error;
  throw error;
}

function newCounters(): PbxCounters {
  return {
    frames: 0,
    bytes: 0,
    connections: 0,
    refusedFrames: 0,
    injections: 0,
    unknownSources: 0,
    failedRejects: 0,
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
