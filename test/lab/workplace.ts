import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Undo } from './process.ts';
import type { Report } from './report.ts';
import { report } from './report.ts';

/** A folder for this run alone, and what must be taken away again before it ends. */
export interface Workplace {
  readonly folder: string;
  readonly undo: Undo;
}

/**
 * A signal undoes everything and ends the process with 130.
 * @param undoFile of `Undo`; one in the folder when nobody waits to clean up after us
 * @param inMemory for what writes more than a disk keeps up with
 */
export function workplace(name: string, undoFile?: string, inMemory = false): Workplace {
  const parent = inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(parent, `ghostgate-${name}-`));
  const undo = new Undo(undoFile ?? join(folder, 'undo'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void undo.all().then(() => process.exit(130)));
  }
  return { folder, undo };
}

/**
 * Does a lab's work and undoes what it made. The folder stays when something failed.
 * @returns the exit code
 */
export async function inLab(
  { folder, undo }: Workplace,
  keep: boolean | undefined,
  work: (told: Report) => Promise<void>,
): Promise<number> {
  const told = report();
  try {
    await work(told);
  } catch (cause) {
    told.check('the lab itself works', false, cause instanceof Error ? cause.stack : String(cause));
  } finally {
    await undo.all();
  }
  if (told.failed() > 0 || keep === true) told.say(`logs: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  return told.end();
}

/** Does a bench's work and undoes what it made; the folder stays when it throws. */
export async function inBench(
  { folder, undo }: Workplace,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } finally {
    await undo.all();
  }
  rmSync(folder, { recursive: true, force: true });
}
