/** What one check found, for a person who has to act on it. */
export interface Finding {
  /** Word for the check, the same in the text and in --json. */
  readonly check: string;
  readonly level: Level;
  /** What is so, and what follows from it. */
  readonly what: string;
  /** What to do; always there for a warning or a failure. */
  readonly fix?: Fix;
}

/**
 * `failed`: calls are lost, ring, or are not guarded. `warning`: works, and could be better or
 * safer. `unseen`: cannot be known from here.
 */
export type Level = 'ok' | 'warning' | 'failed' | 'unseen';

export interface Fix {
  readonly say: string;
  /** Lines of a file, or commands, to copy as they are. */
  readonly lines?: readonly string[];
}

/** Findings about one thing: a PBX, the trunks. */
export interface Group {
  readonly name: string;
  /** Like `Asterisk 22.10.1`. */
  readonly about?: string;
  readonly findings: readonly Finding[];
  /** Set when the PBX could not be asked. */
  readonly unreachable?: true;
}

export function ok(check: string, what: string): Finding {
  return { check, level: 'ok', what };
}

export function warning(check: string, what: string, say: string, ...lines: string[]): Finding {
  return { check, level: 'warning', what, fix: fixOf(say, lines) };
}

export function failed(check: string, what: string, say: string, ...lines: string[]): Finding {
  return { check, level: 'failed', what, fix: fixOf(say, lines) };
}

export function unseen(check: string, what: string, say: string, ...lines: string[]): Finding {
  return { check, level: 'unseen', what, fix: fixOf(say, lines) };
}

function fixOf(say: string, lines: readonly string[]): Fix {
  return lines.length === 0 ? { say } : { say, lines };
}
