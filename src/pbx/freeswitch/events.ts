import type { PbxCounters, PbxListener } from '../pbx.ts';
import type { RegistrationWatch } from '../registration-watch.ts';
import type { Reports } from '../reports.ts';
import type { Calls } from './calls.ts';
import { joinChallenges } from './challenges.ts';
import type { EslEvent, RefusedMessage } from './esl-event.ts';
import type { Losses } from './losses.ts';
import type { Ended } from './news.ts';
import { translate } from './translate.ts';

export interface EventsOptions {
  readonly pbx: string;
  readonly calls: Calls;
  readonly registrations: Pick<RegistrationWatch, 'hint' | 'outdated'>;
  readonly reports: Reports;
  readonly losses: Pick<Losses, 'strangerEnded'>;
  readonly server: ServerNews;
  readonly listener: Pick<PbxListener, 'event'>;
  readonly counters: Pick<PbxCounters, 'refusedFrames' | 'unknownSources'>;
  readonly now: () => number;
}

/** What becomes of the server itself. */
export interface ServerNews {
  sofia(state: 'loaded' | 'unloaded'): void;
  shutdown(): void;
}

/** Where the events of one connection go. */
export interface Events {
  event(event: EslEvent): void;
  refused(refused: RefusedMessage): void;
}

export function routeEvents(options: EventsOptions): Events {
  const { pbx, calls, registrations, reports, losses, server, listener, counters, now } = options;
  const challenges = joinChallenges();

  function refuse({ why, head }: RefusedMessage): void {
    counters.refusedFrames++;
    reports.injection(why, head);
  }

  function ended({ channel, bornAt }: Ended): void {
    if (!calls.ended(channel) && bornAt !== undefined) losses.strangerEnded(bornAt);
  }

  return {
    event(event) {
      const news = translate(event, pbx, now());
      if (news === undefined) return;
      if ('event' in news) listener.event(news.event);
      else if ('call' in news) calls.opened(news.call);
      else if ('rang' in news) calls.rang(news.rang);
      else if ('ended' in news) ended(news.ended);
      else if ('attempt' in news) challenges.attempted(news.attempt);
      else if ('failure' in news) listener.event(challenges.failed(news.failure));
      else if ('registered' in news) registrations.hint(news.registered);
      else if ('unregistered' in news) registrations.outdated();
      else if ('sofia' in news) server.sofia(news.sofia);
      else if ('shutdown' in news) server.shutdown();
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
