import { prefixTable } from '../event/network.ts';
import type { Freed } from './memory.ts';

/**
 * Whether the operator had let in this target, wholly or in part, at this time. By the time a
 * notice was told, not by now: whoever reads it a week later must make of it what all others did.
 */
export function isFree(freed: ReadonlyMap<string, Freed>, target: string, at: number): boolean {
  if ((freed.get(target)?.until ?? 0) > at) return true;
  const running = [...freed.values()].filter(({ until }) => until > at);
  return overlapping(target, running, (each) => each.target).length > 0;
}

/** Of these, those whose target covers this one or lies within it; a person names an address, a judge its prefix. */
export function overlapping<T>(
  target: string,
  all: Iterable<T>,
  targetOf: (one: T) => string,
): readonly T[] {
  const isV6 = target.includes(':');
  const [, bits] = target.split('/');
  const table = prefixTable([[target, true]]);
  return [...all].filter((one) => {
    const other = targetOf(one);
    if (other === target) return true;
    // Of one length, as nearly all are, they are the same or apart.
    if (other.includes(':') !== isV6 || other.split('/')[1] === bits) return false;
    return table.overlaps(other) === true;
  });
}
