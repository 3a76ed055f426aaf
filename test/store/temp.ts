import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

/** A folder that is gone when the test ends. */
export function tempFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until the condition holds; rejects when it does not within five seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let left = 1000; left > 0; left--) {
    if (holds()) return;
    await wait(5);
  }
  throw new Error(`waited in vain until ${what}`);
}
