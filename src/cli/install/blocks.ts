import { createHash } from 'node:crypto';
import type { Style } from './change.ts';

/** One edit of a file of somebody else. Lines are counted from 1, and given without their ends. */
export type Edit =
  | { readonly at: 'end'; readonly lines: readonly string[] }
  | { readonly at: 'after' | 'instead'; readonly line: number; readonly lines: readonly string[] };

/** What stood around our text, or the line at which our text was changed by somebody else. */
export type Stripped = { readonly text: string } | { readonly changedAt: number };

/**
 * Puts our lines into a text, between marks. A mark carries a digest of what stands inside, so that
 * a change by somebody else is seen, and a line that ours stands for is kept as a comment: text and
 * marks alone are enough to take it out again, byte for byte.
 */
export function edited(text: string, style: Style, edits: readonly Edit[]): string {
  const lines = linesOf(text);
  const end = lines.some((line) => line.endsWith('\r\n')) ? '\r\n' : '\n';
  const out = lines.map((line, at) => {
    const mine = edits.filter((edit) => edit.at !== 'end' && edit.line === at + 1);
    const instead = mine.filter((edit) => edit.at === 'instead').flatMap((edit) => edit.lines);
    const after = mine.filter((edit) => edit.at === 'after').flatMap((edit) => edit.lines);
    const replaced = instead.length === 0 ? line : block(style, instead, end, line);
    return after.length === 0 ? replaced : joined(replaced, style, after, end);
  });
  const last = edits.filter((edit) => edit.at === 'end').flatMap((edit) => edit.lines);
  const whole = out.join('');
  return last.length === 0 ? whole : joined(whole, style, last, end);
}

/** A file that is ours from its first line to its last. */
export function ownFile(style: Style, text: string): string {
  return block(style, text.replace(/\n$/, '').split('\n'), '\n');
}

/** The same text as it was before our edits. */
export function withoutBlocks(text: string, style: Style): Stripped {
  if (style === 'plain') return { text };
  const lines = linesOf(text);
  let out = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, digest, joint] = BEGIN[style].exec(withoutEnd(line)) ?? [];
    if (digest === undefined) {
      if (END[style].test(withoutEnd(line))) return { changedAt: at + 1 };
      out += line;
      continue;
    }
    const last = lines.findIndex((each, index) => index > at && END[style].test(withoutEnd(each)));
    const inside = lines.slice(at + 1, Math.max(last, at + 1));
    if (last === -1 || digestOf(inside) !== digest) return { changedAt: at + 1 };
    // Ours end as the mark does: a carriage return before that is a part of the other's text.
    const end = line.endsWith('\r\n') ? '\r\n' : '\n';
    if (joint !== undefined) out = out.slice(0, -end.length);
    out += was(inside[0]?.slice(0, -end.length) ?? '', style, lines[last] ?? '');
    at = last;
  }
  return { text: out };
}

/** Lines with their ends; the last may have none. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Reports whether this line can be kept as a comment and found again. */
export function canReplace(line: string, style: Style): boolean {
  return style === 'conf' || !/--|<!|>[^<]*</.test(line.trim());
}

const BEGIN = {
  conf: /^; BEGIN ghostgate ([0-9a-f]{12})(, after an unfinished line)?$/,
  xml: /^<!-- BEGIN ghostgate ([0-9a-f]{12})(, after an unfinished line)? -->$/,
} as const;
const END = { conf: /^; END ghostgate$/, xml: /^<!-- END ghostgate -->$/ } as const;
const WAS = { conf: /^; was: (.*)$/s, xml: /^<!-- was: (.*) -->$/s } as const;

/** @param replaced the line that ours stands for, with its end */
function block(style: Style, lines: readonly string[], end: string, replaced?: string): string {
  const old = replaced === undefined ? [] : [comment(style, `was: ${withoutEnd(replaced)}`)];
  const inside = [...old, ...lines].map((line) => `${line}${end}`);
  const begin = comment(style, `BEGIN ghostgate ${digestOf(inside)}`);
  // The end of the last line is that of the line it stands for: a file may end without one.
  const tail = replaced === undefined ? end : replaced.slice(withoutEnd(replaced).length);
  return `${begin}${end}${inside.join('')}${comment(style, 'END ghostgate')}${tail}`;
}

/** Our block after a text whose last line may have no end. */
function joined(text: string, style: Style, lines: readonly string[], end: string): string {
  const ours = block(style, lines, end);
  if (text === '' || text.endsWith('\n')) return text + ours;
  return `${text}${end}${ours.replace(/(BEGIN ghostgate [0-9a-f]{12})/, '$1, after an unfinished line')}`;
}

function was(first: string, style: 'conf' | 'xml', last: string): string {
  const kept = WAS[style].exec(first)?.[1];
  return kept === undefined ? '' : `${kept}${last.slice(withoutEnd(last).length)}`;
}

function comment(style: Style, text: string): string {
  return style === 'xml' ? `<!-- ${text} -->` : `; ${text}`;
}

function digestOf(lines: readonly string[]): string {
  const text = lines.join('');
  return createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 12);
}

function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
