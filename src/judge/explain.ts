import type { Policy } from '../policy/policy.ts';
import type { Standing } from './standing.ts';
import type { World } from './world.ts';

export interface Explanation {
  readonly target: string;
  readonly lines: readonly string[];
}

export function explainStanding(
  standing: Standing | undefined,
  _world: World,
  _policy: Policy,
  target: string,
  _now: number,
): Explanation {
  return { target, lines: [standing === undefined ? `${target} is not known.` : target] };
}
