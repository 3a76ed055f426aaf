import { spawn } from 'node:child_process';
import type { Undo } from '../../test/lab/process.ts';
import { wallClockOffset } from './wall-clock.ts';

/** When the kernel told of a banned address: milliseconds since the epoch, by address. */
export interface Watch {
  readonly bannedAt: ReadonlyMap<string, number>;
}

/**
 * Listens to the kernel's own news of set elements. They come after the commit, so a time is at
 * worst late by the way from the kernel to here (some 0.2 ms).
 */
export function watchBans(undo: Undo, netns: string): Watch {
  const bannedAt = new Map<string, number>();
  const wallClock = wallClockOffset();
  const child = spawn('ip', ['netns', 'exec', netns, 'nft', 'monitor', 'elements']);
  undo.add(`pid ${child.pid}`, async () => void child.kill());
  child.stdout.on('data', (chunk: Buffer) => {
    const at = performance.now() + wallClock;
    for (const line of chunk.toString('utf8').split('\n')) {
      const [, address] = /^add element .*\{ ([0-9.]+)[ }]/.exec(line) ?? [];
      if (address !== undefined && !bannedAt.has(address)) bannedAt.set(address, at);
    }
  });
  return { bannedAt };
}
