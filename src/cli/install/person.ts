import { createInterface } from 'node:readline/promises';

/** Whoever sits before the terminal, if anybody does. */
export interface Person {
  /** Undefined when there is nobody to ask. */
  agrees(question: string): Promise<boolean | undefined>;
}

export const person: Person = {
  async agrees(question) {
    if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
      lines.close();
    }
  },
};
