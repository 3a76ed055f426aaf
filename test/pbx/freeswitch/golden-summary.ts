import type { SipEvent } from '../../../src/event/sip-event.ts';
import { eslFrameReader } from '../../../src/pbx/freeswitch/esl-frame.ts';
import { eslEventReader } from '../../../src/pbx/freeswitch/esl-event.ts';
import { routeEvents } from '../../../src/pbx/freeswitch/events.ts';
import { trackCalls } from '../../../src/pbx/freeswitch/calls.ts';
import { ONCE, SUBSCRIBE, WANTED } from '../../../src/pbx/freeswitch/subscription.ts';

/** What a capture amounts to: how often each thing was told, of whom. */
export type Summary = Readonly<Record<string, number>>;

/**
 * Reads a transcript as the link reads what FreeSWITCH sends it, of everything that was recorded.
 * @param every reads every header, and not only what the link wants
 */
export function summarise(
  capture: Buffer,
  every = false,
): { summary: Summary; events: SipEvent[] } {
  const counts = new Map<string, number>();
  const events: SipEvent[] = [];
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const listener = {
    event(event: SipEvent) {
      events.push(event);
      count(inWords(event));
    },
  };
  const route = routeEvents({
    pbx: 'lab',
    now: () => 0,
    listener,
    calls: trackCalls(
      listener,
      () => 0,
      (tell) => tell(),
    ),
    registrations: {
      hint: ({ account, address }) => count(`hint of ${account} at ${address}`),
      outdated: () => count('outdated'),
    },
    reports: { injection: (why) => count(`refused: ${why}`), repeated: () => undefined },
    losses: { strangerEnded: () => count('lost a beginning') },
    server: { sofia: (state) => count(`mod_sofia ${state}`), shutdown: () => count('shutdown') },
    counters: { refusedFrames: 0, unknownSources: 0 },
  });
  const read = eslEventReader({ once: ONCE, wanted: every ? undefined : WANTED });
  const reader = eslFrameReader({
    message({ type, body }) {
      if (type !== 'text/event-json') return;
      const parsed = read(body);
      if (typeof parsed === 'string') count(`unread: ${parsed}`);
      else if (SUBSCRIBE.includes(parsed.subclass ?? parsed.name)) route.event(parsed);
    },
    refused: ({ why }) => count(`skipped: ${why}`),
    broken: (why) => count(`broken: ${why}`),
  });
  reader.push(capture);
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { summary: Object.fromEntries(sorted), events };
}

function inWords(event: SipEvent): string {
  const { kind, source, proof, account, callingNumber, calledNumber, context } = event;
  if (kind === 'call-ended') {
    return `call-ended from ${source.address}${event.rang ? ', rang' : ''}`;
  }
  return [
    kind,
    ...(account === undefined ? [] : [`of ${account}`]),
    ...(callingNumber === undefined ? [] : [`by ${callingNumber}`]),
    ...(calledNumber === undefined ? [] : [`to ${calledNumber}`]),
    ...(context === undefined ? [] : [`in ${context}`]),
    `from ${source.address}:${source.port} ${source.transport} ${proof}`,
    ...(kind === 'call' && event.authenticated === true ? ['authenticated'] : []),
    ...(kind === 'call' && event.injected === true ? ['injected'] : []),
  ].join(' ');
}
