/** Columns that all human output fits in. */
export const COLUMNS = 80;

/** Terminal columns that the text takes: combining marks none, East Asian and emoji two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfOne(character);
  return width;
}

/** Shortens to so many columns; an ellipsis stands for what is missing. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const character of text) {
    width += widthOfOne(character);
    if (width > columns) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Fills up with spaces to so many columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/**
 * Breaks at spaces into lines that fit; the first begins with `first`, the others are indented
 * by its width. A word that is longer than a line is broken inside. No newline at the end.
 */
export function wrap(first: string, text: string, columns = COLUMNS): string {
  const indent = ' '.repeat(widthOf(first));
  const room = columns - indent.length;
  const words = text.split(' ').flatMap((long) => pieces(long, room));
  return fill(words, room)
    .map((each, at) => `${at === 0 ? first : indent}${each}`)
    .join('\n');
}

/**
 * Breaks every line at spaces; what does not fit goes on indented. A word that is longer than a
 * line stays whole, so that a path or a command can be copied from the terminal.
 */
export function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (widthOf(line) <= columns) return [line];
      const indent = /^ */.exec(line)?.[0] ?? '';
      const room = columns - indent.length;
      const [first = '', ...more] = fill(line.slice(indent.length).split(' '), room, room - 2);
      return [`${indent}${first}`, ...more.map((each) => `${indent}  ${each}`)];
    })
    .join('\n');
}

/** Words on lines with so much room, the first and each other; one that is longer stands alone. */
function fill(words: readonly string[], first: number, rest = first): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const room = lines.length === 0 ? first : rest;
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, room: number): string[] {
  if (widthOf(word) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (widthOf(part) + widthOfOne(character) > room) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

function widthOfOne(character: string): number {
  if (character < '\u{300}') return 1;
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u{3000}-\u{303f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}]/u;
