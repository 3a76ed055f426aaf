/** A line of an Asterisk .conf file that says something. */
export interface ConfLine {
  /** Counted from 1. */
  readonly line: number;
  /** Without comments and the blanks around it; never empty. */
  readonly text: string;
}

/**
 * The lines of a .conf file as Asterisk sees them, without comments (main/config.c,
 * config_text_file_load): `;` to the end of the line unless a backslash stands before it, and
 * `;-- … --;`, nested and over many lines. The second result is the line from which Asterisk would
 * read something else than a person does, undefined when there is none.
 */
export function confLines(text: string): { lines: ConfLine[]; strangeAt: number | undefined } {
  const lines: ConfLine[] = [];
  let depth = 0;
  let begun = 0;
  let strangeAt: number | undefined;
  for (const [at, raw] of text.split('\n').entries()) {
    // Asterisk reads 8191 bytes at once and skips what is longer.
    if (raw.length > 8190) strangeAt ??= at + 1;
    const read = withoutComments(raw, depth);
    // "--;" outside a comment makes Asterisk take the rest of the file for one.
    if (read.depth < 0) strangeAt ??= at + 1;
    if (depth === 0) begun = at + 1;
    depth = Math.max(0, read.depth);
    const stripped = strip(read.text);
    if (stripped !== '') lines.push({ line: at + 1, text: stripped });
  }
  // A comment without an end would swallow what is put after it.
  if (depth > 0) strangeAt ??= begun;
  return { lines, strangeAt };
}

/** Takes everything up to the blank away on both sides, as ast_strip does. */
export function strip(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 32) from++;
  while (to > from && text.charCodeAt(to - 1) <= 32) to--;
  return text.slice(from, to);
}

const MAX_NESTED = 128;

/** @param depth of the comment in which the line begins */
function withoutComments(raw: string, depth: number): { text: string; depth: number } {
  let head = '';
  let tail = raw;
  let from = 0;
  for (;;) {
    const at = tail.indexOf(';', from);
    if (at === -1) return { text: depth === 0 ? head + tail : head, depth };
    if (at > from && tail[at - 1] === '\\') {
      tail = tail.slice(0, at - 1) + tail.slice(at);
      from = at;
    } else if (tail.startsWith('--', at + 1) && tail[at + 3] !== '-' && depth < MAX_NESTED) {
      if (depth === 0) head += tail.slice(0, at);
      tail = tail.slice(at + 3);
      from = 0;
      depth++;
    } else if (at >= from + 2 && tail.startsWith('--', at - 2)) {
      if (--depth < 0) return { text: head + tail.slice(0, at), depth };
      from = at + 1;
      if (depth === 0) {
        tail = tail.slice(from);
        from = 0;
      }
    } else if (depth === 0) return { text: head + tail.slice(0, at), depth };
    else from = at + 1;
  }
}
