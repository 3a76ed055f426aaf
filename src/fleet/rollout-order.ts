import { isTime } from './notice.ts';
import { LAST_RING, MOST_RINGS, RING_NAME } from './words.ts';

/** Which version of the base each ring is to have. Standing: the last one counts. */
export interface RolloutOrder {
  readonly order: 'rollout';
  readonly at: number;
  /** In the order they get a new version. */
  readonly rings: readonly RingOrder[];
  /** How long a site looks whether a new version does harm. */
  readonly soakSeconds: number;
  readonly because: string;
}

export interface RingOrder {
  readonly ring: string;
  /** 0: none, each site's own file stands alone. */
  readonly version: number;
  /** Of the text of that version; empty for 0. */
  readonly sha256: string;
  /** When this was ordered of this ring, ms since the epoch. */
  readonly since: number;
  /** What the ring had before; absent when that is not known. */
  readonly before?: number;
}

/** The rings in an order; undefined when they make no sense. */
export function readRings(value: unknown): readonly RingOrder[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_RINGS) return undefined;
  const rings = value.map(readRing).filter((ring) => ring !== undefined);
  const names = new Set(rings.map(({ ring }) => ring));
  return names.size === value.length ? rings : undefined;
}

/** What a site of this ring is to have; undefined when nothing was ordered for it. */
export function ringOrderOf(
  { rings }: Pick<RolloutOrder, 'rings'>,
  ring: string | undefined,
): RingOrder | undefined {
  return rings.find((each) => each.ring === ring) ?? rings.find((each) => each.ring === LAST_RING);
}

function readRing(value: unknown): RingOrder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { ring, version, sha256, since, before }: Record<string, unknown> = { ...value };
  if (typeof ring !== 'string' || !RING_NAME.test(ring)) return undefined;
  if (!isTime(version) || !isTime(since) || typeof sha256 !== 'string') return undefined;
  if (version === 0 ? sha256 !== '' : !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { ring, version, sha256, since, ...(isTime(before) ? { before } : {}) };
}
