import ipaddr from 'ipaddr.js';
import type { Policy } from '../policy/policy.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import { needsJudging } from './trunk-caller-id.ts';
import type { World } from './world.ts';

/** What the gates of all PBXs should hold. */
export interface GateLists {
  /**
   * Sources whose calls go through whatever their caller ID, canonical addresses and prefixes of
   * IPv6, each with the seconds that the PBX may go on trusting it without hearing of us.
   */
  readonly trust: ReadonlyMap<string, number>;
  /** Addresses of trunks whose calls go through unless their caller ID is junk; the same seconds. */
  readonly carrier: ReadonlyMap<string, number>;
  /**
   * Addresses of trunks whose calls are judged by more than the gate can look up: they wait for the
   * verdict, and go through where nobody gives one; the same seconds.
   */
  readonly checked: ReadonlyMap<string, number>;
  /** Junk caller IDs, numbers and names. */
  readonly junk: ReadonlySet<string>;
  /** Strangers are refused while nobody judges. */
  readonly closed: boolean;
  /** How long the last two hold without us. */
  readonly seconds: number;
}

export interface GateSurroundings {
  readonly policy: Policy;
  readonly world: World;
  /** Addresses that DNS named for the trunks' hosts. */
  readonly addressesByHost: ReadonlyMap<string, readonly string[]>;
  /** Addresses within trunks and trusted networks that an event came from lately. */
  readonly seen: Iterable<string>;
}

/**
 * Whom the PBX may let through by itself: the same whom the judge passes as known. The gate looks
 * up addresses, so of a wide network it holds those that were seen; the others are judged once.
 */
export function gateLists({ policy, world, addressesByHost, seen }: GateSurroundings): GateLists {
  const seconds = policy.gate.trustForSeconds;
  const trust = new Map<string, number>();
  const carrier = new Map<string, number>();
  const checked = new Map<string, number>();
  const junk = policy.rules['junk-caller-id'];
  const hasPatterns = (junk?.patterns.length ?? 0) > 0;
  const take = (address: string): void => {
    // As in judge/known.ts: an address of a trunk is a trunk's, wherever else it stands.
    const trunk = world.trunks.match(address);
    if (trunk !== undefined) {
      const waits = needsJudging(trunk) || (isJudged(trunk) && hasPatterns);
      const looked = isJudged(trunk) ? carrier : trust;
      (waits ? checked : looked).set(address, seconds);
    } else if (world.trusted.match(address) !== undefined) trust.set(address, seconds);
  };
  for (const { networks, hosts } of policy.trunks) {
    const named = hosts.flatMap((host) => addressesByHost.get(host) ?? []);
    for (const address of [...named, ...networks.flatMap(addressesOf)]) take(address);
  }
  for (const address of [...policy.trust.networks.flatMap(addressesOf), ...seen]) take(address);
  if (policy.trust.registered) {
    for (const target of world.registrations.keys()) {
      // Behind an address of a trunk its caller IDs are judged, registered or not.
      if (world.trunks.overlaps(target) !== undefined || trust.has(target)) continue;
      trust.set(target, Math.min(seconds, REGISTERED_SECONDS));
    }
  }
  const closed =
    policy.mode === 'enforce' &&
    policy.gate.whenAway === 'trusted_only' &&
    // While DNS has not told where a carrier calls from, any stranger may be it.
    world.unresolvedHosts.length === 0;
  return {
    trust,
    carrier,
    checked,
    junk: new Set([...(junk?.numbers ?? []), ...(junk?.names ?? [])]),
    closed,
    seconds,
  };
}

/** Reports whether this trunk's caller IDs are judged. */
function isJudged({ junkCallerId }: TrunkPolicy): boolean {
  return junkCallerId === 'reject';
}

/** Every address of a small network; none of a wide one. */
function addressesOf(network: string): string[] {
  const [address = '', bits] = network.split('/');
  if (bits === undefined) return [address];
  if (address.includes(':') || Number(bits) < LEAST_BITS) return [];
  const first = ipaddr.IPv4.parse(address).octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return Array.from({ length: 2 ** (32 - Number(bits)) }, (_, at) => {
    const word = first + at;
    return [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
  });
}

/** A phone's address at home is somebody else's the next day. */
const REGISTERED_SECONDS = 86_400;

/** A /22, the most that a carrier names: 1,024 keys in the PBX's memory. */
const LEAST_BITS = 22;
