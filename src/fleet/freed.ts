import { overlapsWith } from '../event/nested.ts';
import type { Freed } from './memory.ts';

/**
 * Whether the operator had let in this target, wholly or in part, at this time. By the time a
 * notice was told, not by now: whoever reads it a week later must make of it what all others did.
 */
export function isFree(freed: ReadonlyMap<string, Freed>, target: string, at: number): boolean {
  const overlaps = overlapsWith(target);
  for (const [other, { until }] of freed) if (until > at && overlaps(other)) return true;
  return false;
}
