import type { PbxCounters, PbxListener } from '../pbx.ts';
import type { RegistrationWatch } from '../registration-watch.ts';
import type { Reports } from '../reports.ts';
import type { Calls } from './calls.ts';
import { joinChallenges } from './challenges.ts';
import type { EslEvent, RefusedMessage } from './esl-event.ts';
import { translate } from './translate.ts';

export interface EventsOptions {
  readonly pbx: string;
  readonly calls: Calls;
  readonly registrations: Pick<RegistrationWatch, 'hint' | 'outdated'>;
  readonly reports: Reports;
  readonly listener: Pick<PbxListener, 'event'>;
  readonly counters: Pick<PbxCounters, 'refusedFrames' | 'unknownSources'>;
  readonly now: () => number;
}

/** Where the events of one connection go. */
export interface Events {
  event(event: EslEvent): void;
  refused(refused: RefusedMessage): void;
}

export function routeEvents(options: EventsOptions): Events {
  const { pbx, calls, registrations, reports, listener, counters, now } = options;
  const challenges = joinChallenges();

  function refuse({ why, head }: RefusedMessage): void {
    counters.refusedFrames++;
    reports.injection(why, head);
  }

  return {
    event(event) {
      const news = translate(event, pbx, now());
      if (news === undefined) return;
      if ('event' in news) listener.event(news.event);
      else if ('call' in news) calls.opened(news.call);
      else if ('rang' in news) calls.rang(news.rang);
      else if ('ended' in news) calls.ended(news.ended);
      else if ('attempt' in news) challenges.attempted(news.attempt);
      else if ('failure' in news) listener.event(challenges.failed(news.failure));
      else if ('registered' in news) registrations.hint(news.registered);
      else if ('unregistered' in news) registrations.outdated();
      else {
        // A call that nobody judges.
        if (event.name === 'CHANNEL_CREATE') counters.unknownSources++;
        refuse({ why: news.refused, head: headOf(event) });
      }
    },
    refused: refuse,
  };
}

const HEAD_CHARS = 1024;

function headOf({ headers }: EslEvent): string {
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}`);
  return lines.join('\r\n').slice(0, HEAD_CHARS);
}
