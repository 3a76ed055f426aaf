import { mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { FleetMemory } from '../../src/fleet/memory.ts';
import { openStore } from '../../src/store/sqlite.ts';
import type { TestSite } from './site.ts';

/** A site with a database of its own in this folder; both end with the test, or before by `close`. */
export function openStored(
  t: TestContext,
  folder: string,
  open: (memory: FleetMemory) => TestSite,
  now = Date.now,
): TestSite & { close(): Promise<void> } {
  mkdirSync(folder, { recursive: true });
  const store = openStore(folder, { now });
  const opened = open(store.fleet);
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await opened.fleet.close();
    store.close();
  };
  t.after(close);
  return { ...opened, close };
}
