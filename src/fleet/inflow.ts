import { setTimeout } from 'node:timers/promises';
import type { Reader, Roll, Taken } from './inbox.ts';
import { takeMessage, takeOrder } from './inbox.ts';
import type { Link } from './link.ts';
import type { FleetMemory } from './memory.ts';
import type { Position, Stored } from './stream.ts';
import { BEGINNING, lastOf, readOn } from './stream.ts';
import type { createVerdicts } from './verdicts.ts';
import { NOTICES, ORDERS, siteOf } from './words.ts';

export interface InflowParts {
  readonly operator: string;
  readonly roll: Roll;
  readonly verdicts: ReturnType<typeof createVerdicts>;
  readonly memory: FleetMemory;
  readonly facts: ReadonlyMap<string, string>;
  readonly link: () => Link | undefined;
  readonly on: {
    refused(from: string, why: string): void;
    failed(why: string): void;
  };
  readonly now: () => number;
  readonly reader?: Reader;
}

/**
 * What comes from NATS: at once as it is sent, and read from the streams after each connection,
 * after a gap, and now and then. Each message counts once by its sender's number, whichever way
 * it came, and however often.
 */
export function createInflow(parts: InflowParts) {
  const { roll, verdicts, memory } = parts;
  const counts: {
    heard: number;
    refused: number;
    lastRefusal: string | undefined;
    caughtUpAt: number | undefined;
  } = { heard: 0, refused: 0, lastRefusal: undefined, caughtUpAt: undefined };
  let syncing: Promise<void> | undefined;
  let again = false;
  /** Grows with each loss of the connection; the one of the last whole reading, and of the last mark. */
  let connection = 0;
  let synced = -1;
  let marked: { connection: number; position: Position } | undefined;
  let doubted = false;
  /** Marks still to be made for what came live: the second moves the position. */
  let unmarked = 0;
  let sinceMark = 0;
  let markedAt = 0;
  /** What came while the stream was read: later than all of it. */
  let held: { subject: string; data: Uint8Array; at: number }[] = [];

  const live = (subject: string, data: Uint8Array): void => {
    const at = parts.now();
    unmarked = 2;
    sinceMark++;
    // Orders need no order among themselves: a revoked site must not be heard a moment longer.
    if (syncing === undefined || siteOf(subject) === undefined) takeLive(subject, data, at);
    else if (held.length < MOST_HELD) held.push({ subject, data: data.slice(), at });
    else again = true;
  };

  /** The connection outlives a full disk: what could not be kept is read again from the stream. */
  const takeLive = (subject: string, data: Uint8Array, at: number): void => {
    try {
      take(subject, data, at, true);
    } catch (error) {
      doubted = true;
      parts.on.failed(error instanceof Error ? error.message : String(error));
    }
  };

  const take = (subject: string, data: Uint8Array, at: number, isLive: boolean): void => {
    const site = siteOf(subject);
    if (site === undefined) {
      const taken = takeOrder(data, parts.operator, roll, at);
      if ('took' in taken) {
        verdicts.order(taken.took);
        // What the site told before this order came was refused.
        if (isLive && taken.took.order === 'site') sync();
      } else refuse('the operator', taken);
      return;
    }
    const taken = takeMessage(data, site, roll, at, isLive, parts.reader);
    if ('took' in taken) {
      counts.heard++;
      verdicts.message(taken.took, at);
    } else if ('gap' in taken) sync();
    else refuse(site, taken);
  };

  const refuse = (from: string, taken: Taken<unknown>): void => {
    if (!('refused' in taken)) return;
    counts.refused++;
    counts.lastRefusal = `${from}: ${taken.refused}`;
    // Is it this site's own clock that is wrong, the server's tells better when the stream is read.
    doubted = true;
    parts.on.refused(from, taken.refused);
  };

  const read = async (): Promise<void> => {
    const here = connection;
    for (;;) {
      again = false;
      // Orders first: they say whose notices count.
      await readStream(ORDERS);
      await readStream(NOTICES);
      const waiting = held;
      held = [];
      for (const { subject, data, at } of waiting) take(subject, data, at, true);
      if (!again) break;
      // Whoever makes gaps on purpose must not keep every site reading.
      await setTimeout(GAP_MS);
    }
    counts.caughtUpAt = parts.now();
    synced = here;
    doubted = false;
  };

  const readStream = async (stream: string): Promise<void> => {
    const link = parts.link();
    if (link === undefined) return;
    const from = positions.get(stream) ?? BEGINNING;
    const each = ({ subject, data, at, sequence }: Stored): void => {
      take(subject, data, at, false);
      // Were the reading cut off here, it goes on from here.
      if (sequence % POSITION_EVERY === 0) reached(stream, { sequence, at });
    };
    reached(stream, await readOn(link, stream, from, each));
  };

  const positions = new Map(
    [NOTICES, ORDERS].map((stream) => [stream, keptPosition(parts.facts.get(stream))]),
  );
  const reached = (stream: string, position: Position): void => {
    const { sequence, at } = position;
    const before = positions.get(stream);
    if (before?.sequence === sequence && before.at === at) return;
    positions.set(stream, position);
    memory.putFact(stream, `${sequence} ${at}`);
  };

  const sync = (): void => {
    if (syncing !== undefined) {
      again = true;
      return;
    }
    syncing = read()
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (parts.link()?.state().state === 'up') parts.on.failed(why);
      })
      .finally(() => {
        syncing = undefined;
        // It was cut off: what is held is in the stream, and is read from there.
        held = [];
      });
  };

  /**
   * Moves the position on without reading what came live: whatever the stream held at one mark has
   * come on this connection by the next. So a reconnect reads seconds of the stream, not hours.
   */
  const mark = async (): Promise<void> => {
    const link = parts.link();
    const here = connection;
    if (link === undefined || syncing !== undefined || synced !== here || doubted) return;
    if (unmarked === 0) return;
    // As often as it saves reading: each is a question to the server, from every site of the fleet.
    if (sinceMark < MARK_EVERY && parts.now() - markedAt < MARK_MS) return;
    unmarked--;
    sinceMark = 0;
    markedAt = parts.now();
    const last = await lastOf(link, NOTICES, '>').catch(() => undefined);
    if (last === undefined || here !== connection || syncing !== undefined || doubted) return;
    const isAhead = (marked?.position.sequence ?? 0) > (positions.get(NOTICES)?.sequence ?? 0);
    if (marked?.connection === here && isAhead) reached(NOTICES, marked.position);
    const { sequence, at } = last;
    marked = { connection: here, position: { sequence, at } };
  };

  return {
    live,
    sync,
    mark,
    cut: () => void connection++,
    counts,
    settled: async () => await syncing,
  };
}

/** As `reached` wrote it; before there was a time in it, it was the sequence alone. */
function keptPosition(text = ''): Position {
  const [sequence = 0, at = 0] = text.split(' ').map(Number);
  return { sequence, at };
}

/** A fleet's notices of many minutes, should the stream take as long to read. */
const MOST_HELD = 20_000;
const POSITION_EVERY = 256;
const GAP_MS = 200;
/** Messages that came live. */
const MARK_EVERY = 100;
const MARK_MS = 10_000;
