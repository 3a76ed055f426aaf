import type { PlainEvent, Registration } from '../../event/sip-event.ts';
import { source } from '../../event/source.ts';
import type { PbxListener } from '../pbx.ts';
import { askEndpoints, askPeer, askRegistrations } from './ask-lists.ts';
import { hintBook } from './hints.ts';
import type { AuthHint } from './translate.ts';
import type { Technology } from './translate-channel.ts';
import type { Upkeep } from './upkeep.ts';

/** What the PBX holds: who is registered, and which endpoints it challenges. */
export interface Registrations {
  /** Asks everything and publishes it. Rejects with AmiError; then the last answer stands. */
  refresh(): Promise<void>;
  /** Somebody may have registered: asks soon, at most once a second however many come. */
  hint(hint: AuthHint): void;
  /**
   * Reports whether the PBX lets this endpoint call only after it answered a challenge;
   * undefined when the PBX would not say. Never rejects.
   */
  mustAuthenticate(technology: Technology, endpoint: string): Promise<boolean | undefined>;
  stop(): void;
}

/** Kept from one connection to the next, so that what ended meanwhile is told. */
export interface RegistrationMemory {
  live: ReadonlyMap<string, Registration>;
}

export interface RegistrationsOptions {
  readonly pbx: string;
  readonly upkeep: Upkeep;
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
/** A peer's configuration changes rarely. */
const PEER_MS = 60_000;
const MAX_PEERS = 5000;

export function trackRegistrations(options: RegistrationsOptions): Registrations {
  const { pbx, upkeep, memory, listener, now } = options;
  const { refreshMs = 30_000, pauseMs = 1000 } = options;
  const hints = hintBook(now, refreshMs);
  const peers = new Map<string, { challenged: boolean; askedAt: number }>();
  let endpoints: ReadonlyMap<string, boolean> = new Map();
  let asking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
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
    const live = await askRegistrations(upkeep);
    endpoints = await askEndpoints(upkeep);
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

  /** The next question: soon while a hint waits, otherwise after the usual time. */
  function schedule(): void {
    clearTimeout(timer);
    if (stopped) return;
    const wait = hints.waiting() ? Math.max(STORED_MS, askedAt + pauseMs - now()) : refreshMs;
    // A PBX that does not answer closes the link; until then the last answer stands.
    timer = setTimeout(() => void refresh().catch(() => undefined), wait);
  }

  function eventOf(kind: 'registered' | 'unregistered', one: Registration): PlainEvent {
    const { account, address, userAgent } = one;
    const told = userAgent === undefined ? {} : { userAgent };
    return { kind, pbx, seenAt: now(), source: source(address), proof: 'proven', account, ...told };
  }

  async function endpointMustAuthenticate(endpoint: string): Promise<boolean | undefined> {
    // An endpoint configured since we asked.
    if (!endpoints.has(endpoint) && now() - askedAt >= pauseMs) await refresh();
    return endpoints.get(endpoint);
  }

  async function peerMustAuthenticate(peer: string): Promise<boolean> {
    const cached = peers.get(peer);
    if (cached !== undefined && now() - cached.askedAt < PEER_MS) return cached.challenged;
    const challenged = await upkeep.run((session) => askPeer(session, peer));
    if (peers.size >= MAX_PEERS) peers.clear();
    peers.set(peer, { challenged, askedAt: now() });
    return challenged;
  }

  return {
    refresh,
    hint(hint) {
      const key = keyOf(hint);
      // Known already: a phone that renews its registration, or places a call.
      if (!memory.live.has(key) && hints.add(key) && asking === undefined) schedule();
    },
    async mustAuthenticate(technology, endpoint) {
      try {
        if (technology === 'PJSIP') return await endpointMustAuthenticate(endpoint);
        return await peerMustAuthenticate(endpoint);
      } catch {
        // Closed, overdue or denied: the link tells. What is not known is not guessed.
        return undefined;
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function keyOf({ account, address }: { account: string; address: string }): string {
  return `${account} ${address}`;
}
