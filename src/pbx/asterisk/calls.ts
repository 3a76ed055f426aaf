import { setTimeout } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { CallEvent } from '../../event/sip-event.ts';
import { parseHostPort, source } from '../../event/source.ts';
import { cleanText } from '../../event/text.ts';
import type { PbxCounters, PbxListener } from '../pbx.ts';
import { askChannel } from './ask.ts';
import { fromOf } from './from-header.ts';
import { given } from '../given.ts';
import type { Registrations } from './registrations.ts';
import type { AmiSession } from './session.ts';
import type { CallOpened } from './translate-channel.ts';

/** Calls from their first event to their last, each given its true source before it is judged. */
export interface Calls {
  /** Resolves with the event that was judged; undefined when there was none. Never rejects. */
  opened(call: CallOpened): Promise<CallEvent | undefined>;
  dialled(channel: string): void;
  ended(channel: string): void;
  /** Reports whether this channel was seen already, judged or still being asked about. */
  knows(channel: string): boolean;
}

export interface CallsOptions {
  readonly pbx: string;
  /** Session that carries nothing but questions about calls, and hang-ups. */
  readonly verdicts: AmiSession;
  readonly registrations: Pick<Registrations, 'mustAuthenticate'>;
  readonly listener: Pick<PbxListener, 'event'>;
  readonly counters: Pick<PbxCounters, 'unknownSources'>;
  readonly now: () => number;
}

/** Over this many questions at once the PBX is not answering: more would only pile up. */
const MAX_ASKING = 2000;
/** More channels than any PBX holds; the longest silent is forgotten first. */
const MAX_KNOWN = 20_000;

/** Pauses before chan_sip is asked again; the first is none, for mostly it has attached by then. */
const ATTACHED_MS = [0, 2, 5, 10, 25, 50];

interface Known {
  event: CallEvent | undefined;
  rang: boolean;
  ended: boolean;
}

export function trackCalls(options: CallsOptions): Calls {
  const { listener, counters, now } = options;
  const known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  let asking = 0;

  async function learn(call: CallOpened, state: Known, seenAt: number) {
    asking++;
    let outgoing = false;
    try {
      const found = await describe(options, call, seenAt);
      outgoing = found === 'outgoing';
      if (found !== 'outgoing') state.event = found;
    } catch {
      // The session is closed or overdue, which its own `closed` tells; this call stays unjudged.
    } finally {
      asking--;
    }
    if (state.event === undefined) counters.unknownSources += outgoing ? 0 : 1;
    else listener.event(state.event);
    if (state.ended) end(state);
    return state.event;
  }

  function end({ event, rang }: Known): void {
    if (event === undefined) return;
    const { authenticated: _, injected: __, ...facts } = event;
    listener.event({ ...facts, kind: 'call-ended', seenAt: now(), rang });
  }

  return {
    async opened(call) {
      const earlier = known.get(call.channel);
      // A channel name is never used twice, so a second opening is a forgery: the first stands.
      if (earlier !== undefined) return earlier.event;
      const state: Known = { event: undefined, rang: false, ended: false };
      known.set(call.channel, state);
      if (asking < MAX_ASKING) return learn(call, state, now());
      counters.unknownSources++;
      return undefined;
    },
    dialled(channel) {
      const state = known.get(channel);
      if (state !== undefined) state.rang = true;
    },
    ended(channel) {
      const state = known.get(channel);
      if (state === undefined) return;
      known.delete(channel);
      // While its source is still being asked, the end waits for the beginning.
      state.ended = true;
      end(state);
    },
    knows: (channel) => known.has(channel),
  };
}

/** Returns undefined when the PBX does not say where the call came from, or whether it is a stranger's. */
async function describe(
  { pbx, verdicts, registrations }: CallsOptions,
  call: CallOpened,
  seenAt: number,
): Promise<CallEvent | 'outgoing' | undefined> {
  const { technology, channel, maybeOutgoing, ...texts } = call;
  let answers = await askChannel(verdicts, technology, channel);
  // chan_sip announces the channel a moment before it attaches the dialog to it: a short one, or on
  // a machine that is overrun one of many milliseconds.
  for (const waitMs of technology === 'SIP' ? ATTACHED_MS : [0]) {
    if (answers.remote !== '') break;
    if (waitMs > 0) await setTimeout(waitMs);
    answers = await askChannel(verdicts, technology, channel);
  }
  if (maybeOutgoing === true && answers.remote !== '' && answers.domain === '') return 'outgoing';
  const from = parseHostPort(answers.remote);
  if (from === undefined) return undefined;
  const endpoint = answers.endpoint === 'anonymous' ? undefined : cleanText(answers.endpoint);
  const authenticated =
    endpoint !== undefined && (await registrations.mustAuthenticate(technology, endpoint));
  // An endpoint of the PBX, perhaps a phone that gave its password: not to be taken for a stranger.
  if (authenticated === undefined) return undefined;
  return {
    kind: 'call',
    pbx,
    seenAt,
    // Which transport it came by is told by the Via header alone, the sender's own text.
    source: source(from.address, from.port),
    proof: authenticated ? 'proven' : 'forgeable',
    channel,
    ...texts,
    ...given({
      endpoint,
      userAgent: cleanText(answers.userAgent),
      ...fromOf(answers.from),
      callId: cleanText(answers.callId),
      authenticated: authenticated || undefined,
    }),
  };
}
