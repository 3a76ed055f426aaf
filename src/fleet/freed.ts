import { prefixTable } from '../event/network.ts';
import type { Freed } from './memory.ts';

/**
 * Whether the operator had the source free at that time: itself, a prefix it is in, or an address
 * within it. By the time a notice was told, not by now: whoever reads it a week later must make of
 * it what all the others did.
 */
export function isFree(freed: ReadonlyMap<string, Freed>, target: string, at: number): boolean {
  if ((freed.get(target)?.until ?? 0) > at) return true;
  const overlaps = overlapping(target);
  for (const [other, { until }] of freed) if (until > at && overlaps(other)) return true;
  return false;
}

/** Those of the targets that this one holds, is in, or is. */
export function overlappingOf(targets: Iterable<string>, target: string): string[] {
  return [...targets].filter(overlapping(target));
}

function overlapping(target: string): (other: string) => boolean {
  const [, bits] = target.split('/');
  const isV6 = target.includes(':');
  let table: ReturnType<typeof prefixTable<true>> | undefined;
  return (other) => {
    if (other === target) return true;
    // Of one length they are the same or apart, and nothing of one family is in the other.
    if (other.includes(':') !== isV6 || other.split('/')[1] === bits) return false;
    table ??= prefixTable([[target, true]]);
    return table.overlaps(other) === true;
  };
}
