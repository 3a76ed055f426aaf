import { LRUCache } from 'lru-cache';
import type { CallEvent } from '../../event/sip-event.ts';
import type { PbxCounters } from '../pbx.ts';
import type { Calls } from './calls.ts';
import type { Reports } from '../reports.ts';
import { type Technology, technologyOf } from './translate-channel.ts';
import type { Upkeep } from './upkeep.ts';
import { type Verified, verifyChannel } from './verify.ts';

/** A frame that is not what Asterisk prints, or that only a forger makes it print. */
export interface Suspicion {
  readonly why: string;
  /** Beginning of the frame, raw. */
  readonly head: string;
  /**
   * True when a sender cannot have written the frame's beginning, because the filters keep events
   * that hold a whole forged frame off the session it came by.
   */
  readonly genuineHead?: boolean;
}

export interface Tripwire {
  suspect(suspicion: Suspicion): void;
}

export interface TripwireOptions {
  readonly upkeep: Upkeep;
  readonly calls: Calls;
  readonly reports: Reports;
  readonly counters: Pick<PbxCounters, 'unknownSources'>;
}

interface Waiting {
  readonly suspicion: Suspicion;
  /** Names of the events that came of this channel meanwhile: a phone may ring before we know. */
  readonly later: string[];
}

/** One call's broken events until it is verified; a forger may print more. */
const MAX_LATER = 64;
/** Calls waiting to be verified. One takes about a millisecond. */
const MAX_WAITING = 256;
/** Channels found injected, whose further frames are no news. */
const MAX_CONFIRMED = 1000;

/**
 * Finds out who is behind a suspicion. The head of a frame may itself be forged and name a
 * trunk's channel, so it says only which channel to ask about; what the PBX answers decides.
 */
export function tripwire({ upkeep, calls, reports, counters }: TripwireOptions): Tripwire {
  const waiting = new Map<string, Waiting>();
  const confirmed = new LRUCache<string, true>({ max: MAX_CONFIRMED });
  let running = false;

  async function work(): Promise<void> {
    running = true;
    for (const [channel, { suspicion, later }] of waiting) {
      await verify(channel, suspicion);
      waiting.delete(channel);
      if (confirmed.has(channel)) for (const event of later) follow(event, channel);
    }
    running = false;
  }

  async function verify(channel: string, { why, head, genuineHead }: Suspicion): Promise<void> {
    const technology = technologyOf(channel);
    if (technology === undefined) return;
    const found = await verifyChannel(upkeep, channel).catch(() => undefined);
    if (found === undefined || found.gone) {
      reports.injection(`${why}; its channel could not be asked about`, head);
      // Its own event was refused, so a call went by that nobody judged.
      if (genuineHead === true) counters.unknownSources++;
      return;
    }
    if (!found.injected) reports.injection(`${why}; the channel it names is innocent`, head);
    // An innocent channel is judged all the same when its own event was refused: nobody else
    // will. Where the whole frame may be a forger's, it is left alone.
    const judge = found.incoming && (found.injected || genuineHead === true);
    const judged = judge ? judgeCall(technology, channel, found) : undefined;
    if (!found.injected) return;
    confirmed.set(channel, true);
    // Not waited for: the next channel need not wait for this one's source.
    void tell({ why, head }, judged);
  }

  async function tell(
    { why, head }: Suspicion,
    judged: Promise<CallEvent | undefined> | undefined,
  ) {
    const event = await judged;
    reports.injection(`${why}; confirmed by asking the PBX`, head, event?.source);
  }

  function judgeCall(technology: Technology, channel: string, { facts, injected }: Verified) {
    return calls.opened({ technology, channel, ...facts, ...(injected ? { injected } : {}) });
  }

  /** The call's own later frames are refused too; at worst a forger lies about an attacker's call. */
  function follow(event: string | undefined, channel: string): void {
    reports.repeated();
    if (event === 'DialBegin') calls.dialled(channel);
    if (event === 'Hangup') calls.ended(channel);
  }

  return {
    suspect(suspicion) {
      const { event, channel, opens } = readHead(suspicion.head);
      const asked = channel === undefined ? undefined : waiting.get(channel);
      if (channel !== undefined && confirmed.has(channel)) {
        follow(event, channel);
      } else if (event !== undefined && asked !== undefined && asked.later.length < MAX_LATER) {
        asked.later.push(event);
      } else if (!opens || channel === undefined || calls.knows(channel) || asked) {
        reports.injection(suspicion.why, suspicion.head);
      } else if (waiting.size >= MAX_WAITING) {
        reports.injection(`${suspicion.why}; too many to verify`, suspicion.head);
        counters.unknownSources++;
      } else {
        waiting.set(channel, { suspicion, later: [] });
        if (!running) void work();
      }
    },
  };
}

/**
 * The event and channel that a frame's beginning names, and whether it opens a call. The Channel
 * line stands before any text of the sender; the state after it leaves outgoing legs aside.
 */
function readHead(head: string) {
  const lines = head.split('\r\n', 8);
  const value = (key: string) => lines.find((line) => line.startsWith(key))?.slice(key.length);
  const event = lines[0]?.startsWith('Event: ') ? value('Event: ') : undefined;
  const channel = value('Channel: ');
  const technology = channel === undefined ? undefined : technologyOf(channel);
  if (event === undefined || technology === undefined) return { opens: false };
  const state = value('ChannelState: ');
  const ringing = state === '4' || (technology === 'SIP' && state === '0');
  return { event, channel, opens: event === 'Newchannel' && ringing };
}
