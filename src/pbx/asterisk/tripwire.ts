import type { CallEvent } from '../../event/sip-event.ts';
import type { PbxCounters } from '../pbx.ts';
import type { Calls } from './calls.ts';
import type { Reports } from './reports.ts';
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

/** Calls waiting to be verified. One takes about a millisecond. */
const MAX_WAITING = 256;

/**
 * Finds out who is behind a suspicion. The head of a frame may itself be forged and name a
 * trunk's channel, so it says only which channel to ask about; what the PBX answers decides.
 */
export function tripwire({ upkeep, calls, reports, counters }: TripwireOptions): Tripwire {
  const waiting = new Map<string, Suspicion>();
  let running = false;

  async function work(): Promise<void> {
    running = true;
    for (const [channel, suspicion] of waiting) {
      await verify(channel, suspicion);
      waiting.delete(channel);
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
    // Not waited for: the next channel need not wait for this one's source.
    if (found.injected) void tell({ why, head }, judged);
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

  return {
    suspect(suspicion) {
      const channel = channelOf(suspicion.head);
      if (channel === undefined || calls.knows(channel) || waiting.has(channel)) {
        reports.injection(suspicion.why, suspicion.head);
      } else if (waiting.size >= MAX_WAITING) {
        reports.injection(`${suspicion.why}; too many to verify`, suspicion.head);
        counters.unknownSources++;
      } else {
        waiting.set(channel, suspicion);
        if (!running) void work();
      }
    },
  };
}

/**
 * The channel that a Newchannel names. Its Channel line stands before any text of the sender; the
 * states after it leave outgoing legs aside.
 */
function channelOf(head: string): string | undefined {
  const lines = head.split('\r\n', 8);
  if (lines[0] !== 'Event: Newchannel') return undefined;
  const channel = valueOf(lines, 'Channel: ');
  const technology = channel === undefined ? undefined : technologyOf(channel);
  const state = valueOf(lines, 'ChannelState: ');
  const opening = state === '4' || (technology === 'SIP' && state === '0');
  return technology !== undefined && opening ? channel : undefined;
}

function valueOf(lines: readonly string[], key: string): string | undefined {
  return lines.find((line) => line.startsWith(key))?.slice(key.length);
}
