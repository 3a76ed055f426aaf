import { cleanText } from '../../event/text.ts';
import type { PbxCounters, PbxListener } from '../pbx.ts';
import type { Calls } from './calls.ts';
import type { Frame, RefusedFrame } from './frame.ts';
import type { Registrations } from './registrations.ts';
import type { Reports } from '../reports.ts';
import { SECURITY_EVENTS } from './security-shape.ts';
import { translateSecurity } from './translate.ts';
import { CHANNEL_EVENTS, translateChannel } from './translate-channel.ts';
import type { Tripwire } from './tripwire.ts';

/** Where the frames of a session go. */
export interface Route {
  event(frame: Frame): void;
  refused(refused: RefusedFrame): void;
}

export interface RoutesOptions {
  readonly pbx: string;
  readonly token: string | undefined;
  /** Reports whether the calls session's filters are in force. */
  readonly filtered: () => boolean;
  readonly calls: Calls;
  readonly registrations: Pick<Registrations, 'hint'>;
  readonly trip: Tripwire;
  readonly reports: Reports;
  readonly listener: Pick<PbxListener, 'event'>;
  readonly counters: Pick<PbxCounters, 'refusedFrames'>;
  readonly now: () => number;
}

/** Names of events that any route has a use for, if only to count that they came by the wrong one. */
export function wanted(eventName: string): boolean {
  return SECURITY_EVENTS.has(eventName) || CHANNEL_EVENTS.has(eventName);
}

/** Bans are decided by what the security session says, calls by the calls session; never crosswise. */
export function routes(options: RoutesOptions): Record<'security' | 'calls' | 'tripwire', Route> {
  const { pbx, token, calls, registrations, trip, reports, listener, counters, now } = options;

  function onSecurity(frame: Frame): void {
    if (!SECURITY_EVENTS.has(frame.name)) return misplaced(frame);
    const news = translateSecurity(frame, pbx, now());
    if (news === undefined) return;
    if ('event' in news) listener.event(news.event);
    else if ('hint' in news) registrations.hint(news.hint);
    else refuse({ why: news.refused, head: headOf(frame) });
  }

  function onCalls(frame: Frame): void {
    if (!CHANNEL_EVENTS.has(frame.name)) return misplaced(frame);
    const news = translateChannel(frame, token);
    if (news === undefined) return;
    if ('opened' in news) void calls.opened(news.opened);
    else if ('dialled' in news) calls.dialled(news.dialled);
    else if ('ended' in news) calls.ended(news.ended);
    else suspect({ why: news.refused, head: headOf(frame) });
  }

  function misplaced(frame: Frame): void {
    refuse({
      why: `${cleanText(frame.name, 40)} on a session that carries none`,
      head: headOf(frame),
    });
  }

  function refuse({ why, head }: RefusedFrame): void {
    counters.refusedFrames++;
    reports.injection(why, head);
  }

  function suspect({ why, head }: RefusedFrame): void {
    counters.refusedFrames++;
    trip.suspect({ why, head, genuineHead: options.filtered() });
  }

  return {
    security: { event: onSecurity, refused: refuse },
    calls: { event: onCalls, refused: suspect },
    tripwire: {
      event: (frame) =>
        trip.suspect({ why: 'control characters in an event', head: headOf(frame) }),
      refused: ({ why, head }) => trip.suspect({ why, head }),
    },
  };
}

const HEAD_CHARS = 1024;

/** The frame's beginning as it came, for who must be asked about it and for the log. */
function headOf({ fields }: Frame): string {
  const lines = [...fields].map(([key, value]) => `${key}: ${value}`);
  return lines.join('\r\n').slice(0, HEAD_CHARS);
}
