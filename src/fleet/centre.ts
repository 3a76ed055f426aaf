import type { Base } from './base.ts';
import { readBase, sha256Of } from './base.ts';
import type { Roll } from './inbox.ts';
import type { Link } from './link.ts';
import { LinkError } from './link-error.ts';
import type { FleetMemory } from './memory.ts';
import { keptOrder } from './order.ts';
import type { RolloutOrder } from './rollout-order.ts';
import { ringOrderOf } from './rollout-order.ts';
import { lastOf } from './stream.ts';
import { LAST_RING, POLICIES, policySubject } from './words.ts';

/** Which base this site is to have, by the operator's standing order. */
export interface WantedBase {
  readonly ring: string;
  /** 0: none. */
  readonly version: number;
  readonly sha256: string;
  /** When it was ordered of this ring: a later one is another order of the same version. */
  readonly since: number;
  readonly soakSeconds: number;
}

/** What the operator wants of this site's policy, and where it is to be had. */
export interface Centre {
  rollout(order: RolloutOrder): void;
  /** The operator put this site into another ring. */
  ring(ring: string | undefined): void;
  /** Says again what is wanted, if anything is. */
  offer(): void;
  /** The text of what is wanted. Rejects with LinkError when it cannot be had. */
  base(wanted: WantedBase): Promise<Base>;
}

export interface CentreParts {
  readonly operator: string;
  readonly roll: Roll;
  readonly memory: Pick<FleetMemory, 'putFact'>;
  readonly facts: ReadonlyMap<string, string>;
  readonly link: () => Pick<Link, 'ask'> | undefined;
  /** Told what is wanted, often the same again. */
  readonly wanted: ((wanted: WantedBase) => void) | undefined;
}

export function createCentre({ operator, roll, memory, facts, ...parts }: CentreParts): Centre {
  let rollout = keptRollout(facts.get(ROLLOUT_FACT));
  let ring = facts.get(RING_FACT) ?? '';
  roll.rolloutAt = rollout?.at ?? 0;

  const offer = (): void => {
    const own = ring === '' ? LAST_RING : ring;
    const order = rollout === undefined ? undefined : ringOrderOf(rollout, own);
    if (rollout === undefined || order === undefined) return;
    const { version, sha256, since } = order;
    parts.wanted?.({ ring: own, version, sha256, since, soakSeconds: rollout.soakSeconds });
  };

  return {
    rollout(order) {
      memory.putFact(ROLLOUT_FACT, JSON.stringify(order));
      rollout = order;
      roll.rolloutAt = order.at;
      offer();
    },
    ring(next) {
      memory.putFact(RING_FACT, next ?? '');
      ring = next ?? '';
      offer();
    },
    offer,
    async base({ version, sha256 }) {
      const link = parts.link();
      if (link === undefined) throw new LinkError('NATS is away');
      const stored = await lastOf(link, POLICIES, policySubject(version));
      if (stored === undefined) throw new LinkError(`the fleet keeps no version ${version}`);
      const base = readBase(stored.data, operator);
      if ('refused' in base) throw new LinkError(`version ${version}: ${base.refused}`);
      if (base.version === version && sha256Of(base.text) === sha256) return base;
      throw new LinkError(`version ${version}: its text is not the one that was ordered`);
    },
  };
}

function keptRollout(text: string | undefined): RolloutOrder | undefined {
  const order = keptOrder(text);
  return order?.order === 'rollout' ? order : undefined;
}

const ROLLOUT_FACT = 'rollout';
const RING_FACT = 'ring';
