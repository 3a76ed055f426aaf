import type { PbxListener } from '../pbx.ts';
import { type RegistrationMemory, watchRegistrations } from '../registration-watch.ts';
import { askEndpoints, askPeer, askRegistrations } from './ask-lists.ts';
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

/** A peer's configuration changes rarely. */
const PEER_MS = 60_000;
const MAX_PEERS = 5000;

export function trackRegistrations(options: RegistrationsOptions): Registrations {
  const { upkeep, now, pauseMs = 1000 } = options;
  const peers = new Map<string, { challenged: boolean; askedAt: number }>();
  let endpoints: ReadonlyMap<string, boolean> = new Map();
  let askedAt = Number.NEGATIVE_INFINITY;
  const watch = watchRegistrations({
    ...options,
    async ask() {
      askedAt = now();
      const live = await askRegistrations(upkeep);
      endpoints = await askEndpoints(upkeep);
      return live;
    },
  });

  async function endpointMustAuthenticate(endpoint: string): Promise<boolean | undefined> {
    // An endpoint configured since we asked.
    if (!endpoints.has(endpoint) && now() - askedAt >= pauseMs) await watch.refresh();
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
    refresh: () => watch.refresh(),
    hint: (hint) => watch.hint(hint),
    async mustAuthenticate(technology, endpoint) {
      try {
        if (technology === 'PJSIP') return await endpointMustAuthenticate(endpoint);
        return await peerMustAuthenticate(endpoint);
      } catch {
        // Closed, overdue or denied: the link tells. What is not known is not guessed.
        return undefined;
      }
    },
    stop: () => watch.stop(),
  };
}
