import { given } from './given.ts';
import type { LinkLoss, LinkState, PbxCounters, PbxListener, PbxStatus } from './pbx.ts';

/** A fault that ends one life of a link, with a hint for a person. */
export interface LinkFault extends Error {
  readonly hint: string;
}

/** One life of a link: from login to the first of its sessions that ends. */
export interface Attached<Fault> {
  /** Like `Asterisk 22.10.1`; undefined when the PBX would not say. */
  readonly version: string | undefined;
  /** What works not, and what to do; undefined when everything works. It may come and go. */
  readonly problem: string | undefined;
  /** What it found out of how the life before it ended, if anything. */
  readonly aboutLoss?: string | undefined;
  /** Frames and bytes read so far. */
  traffic(): { frames: number; bytes: number };
  close(): void;
  /** Resolves when any session has ended. Never rejects. */
  readonly ended: Promise<Fault>;
}

export interface KeepUpOptions<Life, Fault> {
  readonly name: string;
  readonly kind: PbxStatus['kind'];
  readonly listener: Pick<PbxListener, 'changed'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly counters: PbxCounters;
  readonly retryMs?: RetryMs | undefined;
  /**
   * Opens one life; rejects with a Fault.
   * @param look to be called when the life's problem may have changed
   */
  readonly attach: (signal: AbortSignal, look: () => void) => Promise<Life>;
  readonly isFault: (error: unknown) => error is Fault;
  /** Reports whether this fault is the PBX's own no, which asking again at once will not change. */
  readonly saidNo: (fault: Fault) => boolean;
}

export interface RetryMs {
  /** Pause before trying a PBX that is away. Default 300. */
  readonly away?: number;
  /** What that pause grows to, doubling, while the PBX stays away. Default: as `away`. */
  readonly awayMost?: number;
  /** Pause after a PBX said no: each try is a failed login in its log. Default 10,000. */
  readonly refused?: number;
}

/** A link that opens itself again and again until it is closed. */
export interface KeptUp<Life> {
  start(): void;
  status(): PbxStatus;
  /** The life under way; undefined while there is none. */
  readonly life: Life | undefined;
  close(): Promise<void>;
}

export function keepUp<Life extends Attached<Fault>, Fault extends LinkFault>(
  options: KeepUpOptions<Life, Fault>,
): KeptUp<Life> {
  const { name, kind, listener, now, counters } = options;
  const pauses = { away: 300, refused: 10_000, ...options.retryMs };
  const { awayMost = pauses.away } = pauses;
  let away = pauses.away;
  const closing = new AbortController();
  let state: LinkState = 'connecting';
  let problem: string | undefined;
  let since = now();
  let version: string | undefined;
  let life: Life | undefined;
  let lastLoss: LinkLoss | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const fault = await live().catch((error: unknown) => {
        // Anything else is a mistake of ours, and ends the program where it can be seen.
        if (options.isFault(error)) return error;
        throw error;
      });
      if (closing.signal.aborted) return;
      const saidNo = options.saidNo(fault);
      become(saidNo ? 'refused' : 'connecting', inWords(fault));
      await pause(saidNo ? pauses.refused : away, closing.signal);
      away = nextPause(away, awayMost);
    }
  }

  /** One life; resolves with what ended it. */
  async function live(): Promise<Fault> {
    const mine = await options.attach(closing.signal, look);
    counters.connections++;
    away = pauses.away;
    life = mine;
    version = mine.version;
    if (lastLoss !== undefined && mine.aboutLoss !== undefined) {
      lastLoss = { ...lastLoss, why: `${lastLoss.why} ${mine.aboutLoss}` };
    }
    look();
    const fault = await mine.ended;
    life = undefined;
    lastLoss = { at: now(), why: inWords(fault) };
    mine.close();
    const { frames, bytes } = mine.traffic();
    counters.frames += frames;
    counters.bytes += bytes;
    return fault;
  }

  function look(): void {
    if (life === undefined) return;
    become(life.problem === undefined ? 'up' : 'degraded', life.problem);
  }

  function become(next: LinkState, why: string | undefined): void {
    if (next === state && why === problem) return;
    if (next !== state) since = now();
    state = next;
    problem = why;
    listener.changed(status());
  }

  function status(): PbxStatus {
    const { frames, bytes } = life?.traffic() ?? { frames: 0, bytes: 0 };
    const total = {
      ...counters,
      frames: counters.frames + frames,
      bytes: counters.bytes + bytes,
    };
    return { name, kind, state, since, counters: total, ...given({ version, problem, lastLoss }) };
  }

  return {
    start() {
      running ??= run();
    },
    status,
    get life() {
      return life;
    },
    async close() {
      closing.abort();
      life?.close();
      await running;
      become('closed', undefined);
    },
  };
}

export function newCounters(): PbxCounters {
  return {
    frames: 0,
    bytes: 0,
    connections: 0,
    refusedFrames: 0,
    injections: 0,
    unknownSources: 0,
    failedRejects: 0,
    lostEvents: 0,
    restarts: 0,
  };
}

function inWords({ message, hint }: LinkFault): string {
  return hint === '' ? message : `${message}. ${hint}`;
}

/** Up to a quarter more than twice as long, so that many links cut at once do not come back at once. */
function nextPause(ms: number, mostMs: number): number {
  return ms >= mostMs ? mostMs : Math.min(mostMs, ms * (2 + Math.random() / 4));
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
