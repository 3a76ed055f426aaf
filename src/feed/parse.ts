import type { FeedPolicy } from '../policy/policy-feeds.ts';
import type { CsvReader } from './csv.ts';
import { csvReader } from './csv.ts';
import type { BadLine } from './entry.ts';
import { bitsOf } from '../event/nested.ts';
import { excerpt, readEntry } from './entry.ts';
import { addressesIn } from './json.ts';

/** What a list held. */
export interface Measure {
  readonly entries: number;
  readonly bad: number;
  /** The first of them. */
  readonly badLines: readonly BadLine[];
  /** IPv4 addresses, and /64 networks of IPv6, that the entries cover. */
  readonly addresses: number;
}

export interface FeedParser {
  /** Takes the next piece of text, however it is cut. */
  take(piece: string): void;
  /** There is no more. Yields between pieces of work, so that others get their turn. */
  end(): Generator<undefined, Measure>;
}

/** A list that cannot be read at all. */
export class FeedMistake extends Error {}

/**
 * Reads a list piece by piece, line by line; JSON documents whole. Entries go to `found` as
 * canonical text. Pure but for what it remembers.
 * `take` and `end` throw FeedMistake: too many lines, no such column, no JSON.
 */
export function feedParser(
  { format, column, maxEntries }: Pick<FeedPolicy, 'format' | 'column' | 'maxEntries'>,
  found: (network: string) => void,
): FeedParser {
  const badLines: BadLine[] = [];
  let kind = format;
  let csv: CsvReader | undefined;
  let rest = '';
  let line = 0;
  let entries = 0;
  let bad = 0;
  let addresses = 0;

  const entry = (text: string, at: number, shown = text): void => {
    const read = readEntry(text);
    if ('mistake' in read) return isBad(shown, read.mistake, at);
    if (++entries > maxEntries) tooMany();
    addresses += coverOf(read.network);
    found(read.network);
  };
  const isBad = (text: string, mistake: string, at: number): void => {
    if (++bad > maxEntries) tooMany();
    if (badLines.length < BAD_KEPT) badLines.push({ line: at, text: excerpt(text), mistake });
  };
  const tooMany = (): never => {
    throw new FeedMistake(`has more than ${maxEntries} lines (max_entries)`);
  };

  const oneLine = (text: string): void => {
    line++;
    const content = (line === 1 ? text.replace(/^\u{FEFF}/u, '') : text).trim();
    if (content === '' || COMMENT.test(content)) return;
    if (content.length > LINE_CHARS) return isBad(content, `longer than ${LINE_CHARS}`, line);
    kind ??= isCsv(content) ? 'csv' : 'plain';
    if (kind === 'json') return jsonLine(content);
    if (kind === 'plain') return entry(/^[^\s,;#]*/.exec(content)?.[0] ?? '', line, content);
    csv ??= csvReader(column);
    const cell = csv.cell(content);
    if (typeof cell === 'object') throw new FeedMistake(cell.problem);
    if (cell !== undefined) entry(cell, line);
  };
  const jsonLine = (content: string): void => {
    const value = parsed(content);
    if ('mistake' in value) return isBad(content, value.mistake, line);
    for (const text of addressesIn(value.value, column)) entry(text, line);
  };
  /** One document, or one in each line. */
  const document = function* (text: string): Generator<undefined> {
    const whole = parsed(text);
    if ('mistake' in whole) {
      const lines = text.split('\n');
      if ('mistake' in parsed(lines.find((each) => each.trim() !== '') ?? '')) {
        throw new FeedMistake(`is not JSON: ${whole.mistake}`);
      }
      for (const each of lines) {
        oneLine(each);
        if (line % ITEMS_A_TURN === 0) yield;
      }
      return;
    }
    let item = 0;
    for (const address of addressesIn(whole.value, column)) {
      entry(address, ++item);
      if (item % ITEMS_A_TURN === 0) yield;
    }
  };

  return {
    take(piece) {
      rest += piece;
      if (kind === undefined) {
        const [first] = rest.replace(/^\u{FEFF}/u, '').trimStart();
        if (first === '[' || first === '{') kind = 'json';
      }
      if (kind === 'json') {
        if (rest.length > JSON_CHARS)
          throw new FeedMistake(`is JSON of more than ${JSON_CHARS} characters`);
        return;
      }
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) oneLine(each);
      // No line is that long: what follows is cut off with it, and counted as bad once.
      if (rest.length > LINE_CHARS) rest = rest.slice(0, LINE_CHARS + 1);
    },
    *end() {
      if (kind === 'json') yield* document(rest);
      else if (rest !== '') oneLine(rest);
      return { entries, bad, badLines, addresses };
    },
  };
}

const BAD_KEPT = 10;
const ITEMS_A_TURN = 200;
const COMMENT = /^(?:#|;|\/\/)/;
const LINE_CHARS = 4096;
/** JSON is read in one go, and nothing is judged meanwhile: 4 MB of it take some 60 ms. */
const JSON_CHARS = 4 * 1024 * 1024;

function isCsv(line: string): boolean {
  const [first = '', ...others] = line.split(/[,\t]/);
  return others.length > 0 && !('network' in readEntry(first.trim()) && !line.includes(','));
}

function parsed(text: string): { value: unknown } | { mistake: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { mistake: excerpt(error instanceof Error ? error.message : String(error)) };
  }
}

function coverOf(network: string): number {
  const bits = bitsOf(network);
  return network.includes(':') ? 2 ** Math.max(0, 64 - bits) : 2 ** (32 - bits);
}
