import { createInterface } from 'node:readline/promises';

/** Whoever sits before the terminal, if anybody does. */
export interface Asker {
  readonly isThere: boolean;
  /** An empty answer is the fallback. */
  asks(question: string, fallback: string): Promise<string>;
  agrees(question: string, fallback: boolean): Promise<boolean>;
}

/** The terminal that this process runs in. */
export function terminalAsker(): Asker {
  return {
    isThere: process.stdin.isTTY && process.stdout.isTTY,
    async asks(question, fallback) {
      const shown = fallback === '' ? '' : ` [${fallback}]`;
      return (await answer(`${question}${shown}: `)) || fallback;
    },
    async agrees(question, fallback) {
      const said = await answer(`${question} [${fallback ? 'Y/n' : 'y/N'}] `);
      return said === '' ? fallback : /^y(?:es)?$/i.test(said);
    },
  };
}

async function answer(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // At the end of the input nobody answers any more.
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  try {
    return (await lines.question(question, { signal: ended.signal })).trim().slice(0, MOST_CHARS);
  } finally {
    lines.close();
  }
}

const MOST_CHARS = 2000;
