import type { Output } from '../../src/cli/output.ts';

/** An output that keeps what a command wrote. */
export interface Recorder extends Output {
  readonly written: { out: string; err: string };
}

export function recorder(colour = false): Recorder {
  const written = { out: '', err: '' };
  return {
    written,
    colour,
    out: (text) => void (written.out += `${text}\n`),
    err: (text) => void (written.err += `${text}\n`),
  };
}
