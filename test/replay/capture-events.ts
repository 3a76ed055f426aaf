import { readdirSync, readFileSync } from 'node:fs';
import type { SipEvent } from '../../src/event/sip-event.ts';
import { source } from '../../src/event/source.ts';
import { frameReader } from '../../src/pbx/asterisk/frame.ts';
import { wanted } from '../../src/pbx/asterisk/routes.ts';
import { SECURITY_EVENTS } from '../../src/pbx/asterisk/security-shape.ts';
import { translateChannel } from '../../src/pbx/asterisk/translate-channel.ts';
import { translateSecurity } from '../../src/pbx/asterisk/translate.ts';
import { summarise } from '../pbx/freeswitch/golden-summary.ts';
import { fromRoot } from '../root.ts';

export interface Capture {
  readonly name: string;
  readonly pbx: 'asterisk' | 'freeswitch';
  /** As the judge would see them, 50 ms apart: most captures tell no times of their own. */
  readonly events: readonly SipEvent[];
}

/** Times of all captures begin here. */
export const CAPTURED_AT = 1_800_000_000_000;
const APART_MS = 50;

/** Every capture of both PBXs as events. */
export function captures(): Capture[] {
  return [
    ...list('asterisk', '.ami.txt').map(({ name, bytes }) => asterisk(name, bytes)),
    ...list('freeswitch', '.json.txt').map(({ name, bytes }): Capture => {
      const { events } = summarise(bytes);
      return { name, pbx: 'freeswitch', events: events.map(timed) };
    }),
  ];
}

function asterisk(name: string, bytes: Buffer): Capture {
  const events: SipEvent[] = [];
  const reader = frameReader(
    {
      frame(frame) {
        if (frame.kind !== 'event' || !wanted(frame.name)) return;
        if (SECURITY_EVENTS.has(frame.name)) {
          const news = translateSecurity(frame, 'lab', 0);
          if (news !== undefined && 'event' in news) events.push(news.event);
          return;
        }
        const news = translateChannel(frame, undefined);
        if (news === undefined || !('opened' in news)) return;
        const { technology: _, maybeOutgoing: __, ...told } = news.opened;
        // Only calls from outside: the leg to the phone is no call of a stranger.
        if (!/^(public|from-trunk|internal)$/.test(told.context ?? '')) return;
        const facts = { pbx: 'lab', seenAt: 0, source: source(callerOf(name)) } as const;
        events.push({ kind: 'call', ...facts, proof: 'forgeable', ...told, ...agentOf(name) });
      },
      refused: () => undefined,
    },
    { wants: wanted },
  );
  reader.push(bytes);
  return { name, pbx: 'asterisk', events: events.map(timed) };
}

/** A call's address and user agent were asked with Getvar, whose answers the captures lack. */
function callerOf(name: string): string {
  if (name.includes('trunk')) return '198.18.12.1';
  if (/invite-auth-ok|register|invite-auth/.test(name)) return '198.18.13.1';
  return '198.18.11.31';
}

function agentOf(name: string): { userAgent?: string } {
  const agent = /ghost-ua-(.*?)(?:-noanon)?$/.exec(name)?.[1];
  return agent === undefined ? {} : { userAgent: agent.replace('_', '/') };
}

function timed(event: SipEvent, at: number): SipEvent {
  return { ...event, seenAt: CAPTURED_AT + at * APART_MS };
}

function list(folder: string, suffix: string): { name: string; bytes: Buffer }[] {
  const path = fromRoot('test', 'captures', folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(suffix))
    .toSorted()
    .map((file) => ({
      name: file.slice(0, -suffix.length),
      bytes: readFileSync(`${path}/${file}`),
    }));
}
