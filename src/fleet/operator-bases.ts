import type { Base } from './base.ts';
import { readBase, sealBase, sha256Of } from './base.ts';
import type { Link } from './link.ts';
import type { SigningKey } from './nkey.ts';
import { untilFirst } from './overtaken.ts';
import type { RingOrder, RolloutOrder } from './rollout-order.ts';
import { lastOf, put, readAll } from './stream.ts';
import { POLICIES, policySubject } from './words.ts';

/** What the operator published for the sites' policies. */
export interface OperatorBases {
  /** Oldest first; the stream keeps the last hundred. */
  bases(): Promise<readonly Base[]>;
  /** Gives it the next version. No site takes it before its ring is told to. */
  publish(text: string, because: string, atLeast?: number): Promise<Base>;
}

export function operatorBases(
  link: Pick<Link, 'ask'>,
  key: SigningKey,
  now: () => number,
): OperatorBases {
  return {
    async bases() {
      const found: Base[] = [];
      await readAll(link, POLICIES, ({ data, subject }) => {
        const base = readBase(data, key.publicKey);
        if (!('refused' in base) && subject === policySubject(base.version)) found.push(base);
      });
      return found.toSorted((a, b) => a.version - b.version);
    },
    async publish(text, because, atLeast = 1) {
      return await untilFirst('the number of the next version', async () => {
        const stored = await lastOf(link, POLICIES, '>');
        // Whoever published it, an operator before this one too: no number means two texts.
        const last = /^ghostgate\.policy\.(\d{1,9})$/.exec(stored?.subject ?? '')?.[1];
        const version = Math.max(Number(last ?? 0) + 1, atLeast);
        const base: Base = { version, at: now(), because, text };
        await put(link, policySubject(version), sealBase(base, key), 0);
        return base;
      });
    },
  };
}

/**
 * The rings with this one told to have this version (undefined: none). What it had before is
 * remembered when `remember` says so: a way back must not lead to what was gone back from.
 */
export function withRing(
  rings: readonly RingOrder[],
  ring: string,
  base: Pick<Base, 'version' | 'text'> | undefined,
  since: number,
  remember: boolean,
): readonly RingOrder[] {
  const had = rings.find((each) => each.ring === ring);
  const next: RingOrder = {
    ring,
    version: base?.version ?? 0,
    sha256: base === undefined ? '' : sha256Of(base.text),
    // A clock that was set back must not make it an order of the past.
    since: Math.max(since, (had?.since ?? 0) + 1),
    ...(remember ? { before: had?.version ?? 0 } : {}),
  };
  return had === undefined
    ? [...rings, next]
    : rings.map((each) => (each.ring === ring ? next : each));
}

/** What stands for the rings now. */
export function ringsOf(order: RolloutOrder | undefined): readonly RingOrder[] {
  return order?.rings ?? [];
}
