import type { PlainEvent, Registration } from '../event/sip-event.ts';
import { source } from '../event/source.ts';
import { hintBook } from './hints.ts';
import type { PbxListener } from './pbx.ts';

/** Somebody claims to have registered. A reason to ask the PBX, never evidence. */
export interface RegistrationHint {
  readonly account: string;
  /** Canonical address. */
  readonly address: string;
}

/** Keeps the set of live registrations as the PBX itself tells it. */
export interface RegistrationWatch {
  /** Asks and publishes the whole set. Rejects as `ask` does; then the last answer stands. */
  refresh(): Promise<void>;
  /** Somebody may have registered: asks soon, at most once a second however many come. */
  hint(hint: RegistrationHint): void;
  /** Somebody may be gone: asks soon, under the same limit. */
  outdated(): void;
  stop(): void;
}

/** Kept from one connection to the next, so that what ended meanwhile is told. */
export interface RegistrationMemory {
  live: ReadonlyMap<string, Registration>;
}

export interface RegistrationWatchOptions {
  readonly pbx: string;
  /** Asks the PBX for every live registration. */
  readonly ask: () => Promise<readonly Registration[]>;
  readonly memory: RegistrationMemory;
  readonly listener: Pick<PbxListener, 'event' | 'registrations'>;
  readonly now: () => number;
  /** Time between two questions that nobody hinted at. Default 30,000. */
  readonly refreshMs?: number;
  /** Shortest time between two questions. Default 1,000. */
  readonly pauseMs?: number;
}

/** By then the registrar has stored what the authenticator let through. */
const STORED_MS = 20;

export function watchRegistrations(options: RegistrationWatchOptions): RegistrationWatch {
  const { pbx, memory, listener, now } = options;
  const { refreshMs = 30_000, pauseMs = 1000 } = options;
  const hints = hintBook(now, refreshMs);
  let asking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let outdated = false;
  let stopped = false;

  function refresh(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
      schedule();
    });
    return asking;
  }

  async function ask(): Promise<void> {
    askedAt = now();
    outdated = false;
    const live = await options.ask();
    if (!stopped) publish(new Map(live.map((one) => [keyOf(one), one])));
  }

  function publish(live: ReadonlyMap<string, Registration>): void {
    const before = memory.live;
    memory.live = live;
    listener.registrations(pbx, [...live.values()]);
    for (const [key, one] of live) {
      if (hints.confirm(key)) listener.event(eventOf('registered', one));
    }
    for (const [key, one] of before) {
      if (!live.has(key)) listener.event(eventOf('unregistered', one));
    }
  }

  /** The next question: soon while there is reason, otherwise after the usual time. */
  function schedule(): void {
    clearTimeout(timer);
    if (stopped) return;
    const soon = hints.waiting() || outdated;
    const wait = soon ? Math.max(STORED_MS, askedAt + pauseMs - now()) : refreshMs;
    // A PBX that does not answer closes the link; until then the last answer stands.
    timer = setTimeout(() => void refresh().catch(() => undefined), wait);
  }

  function eventOf(kind: 'registered' | 'unregistered', one: Registration): PlainEvent {
    const { account, address, userAgent } = one;
    const told = userAgent === undefined ? {} : { userAgent };
    return { kind, pbx, seenAt: now(), source: source(address), proof: 'proven', account, ...told };
  }

  return {
    refresh,
    hint(hint) {
      const key = keyOf(hint);
      // Known already: a phone that renews its registration, or places a call.
      if (!memory.live.has(key) && hints.add(key) && asking === undefined) schedule();
    },
    outdated() {
      if (outdated) return;
      outdated = true;
      if (asking === undefined) schedule();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function keyOf({ account, address }: RegistrationHint): string {
  return `${account} ${address}`;
}
