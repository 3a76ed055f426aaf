import { readFileSync } from 'node:fs';
import { eventsOf, messageOf } from '../test/fake/esl-message.ts';
import { fromRoot } from '../test/root.ts';

/** Which recorded event is sent again and again, each time from the next source. */
const KINDS = {
  challenge: { capture: 'svcrack-register', name: 'sofia::pre_register', address: '198.18.1.13' },
  call: { capture: 'ghost-invite-external', name: 'CHANNEL_CREATE', address: '198.18.1.20' },
} as const;
export type Kind = keyof typeof KINDS;

export const EVENTS_A_CHUNK = 50;

/** EVENTS_A_CHUNK events as the event socket frames them. */
export function chunk(kind: Kind, from: number, sources: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = from; at < from + EVENTS_A_CHUNK; at++) {
    parts.push(messageOf('text/event-json', json(kind, at, sources)));
  }
  return Buffer.concat(parts);
}

/** The JSON of one event, its source and its UUID changed. */
export function json(kind: Kind, at: number, sources: number): string {
  const source = at % sources;
  const address = `${100 + ((source >> 16) & 63)}.${(source >> 8) & 255}.${source & 255}.7`;
  const { text, from, uuid } = template(kind);
  const moved = text.replaceAll(`"${from}"`, `"${address}"`);
  return uuid === undefined ? moved : moved.replaceAll(uuid, uuidOf(at));
}

export function uuidOf(at: number): string {
  return `db93fc56-db98-44df-95db-${at.toString(16).padStart(12, '0')}`;
}

interface Template {
  readonly text: string;
  readonly from: string;
  readonly uuid: string | undefined;
}

const templates = new Map<Kind, Template>();

function template(kind: Kind): Template {
  const known = templates.get(kind);
  if (known !== undefined) return known;
  const { capture, name, address } = KINDS[kind];
  const path = fromRoot('test', 'captures', 'freeswitch', `${capture}.json.txt`);
  const event = eventsOf(readFileSync(path)).find(
    ({ headers }) => headers['Event-Name'] === name || headers['Event-Subclass'] === name,
  );
  if (event === undefined) throw new Error(`${capture} holds no ${name}`);
  const text = event.json.toString('utf8');
  const made = { text, from: address, uuid: event.headers['Unique-ID'] };
  templates.set(kind, made);
  return made;
}
