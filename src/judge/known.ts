import type { SipEvent } from '../event/sip-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import type { World } from './world.ts';
import { junkCallerIdOf } from './rules/junk-caller-id.ts';
import { INJECTED } from './rules/bad-request.ts';
import { trunkCallerIdOf } from './trunk-caller-id.ts';

/** A source that passes before any rule, and as what. */
export interface Known {
  readonly rule: 'own-address' | 'trunk' | 'trusted-network' | 'registered' | 'authenticated';
  readonly why: string;
  readonly trunk?: TrunkPolicy;
}

/**
 * As what an event's source is known, or undefined for a stranger. A registration and an
 * answered challenge vouch for calls only: the rest of what comes from there is judged, behind
 * the shield, so that a failing phone is noticed.
 */
export function knownSource(
  event: SipEvent,
  target: string,
  world: World,
  policy: Policy,
): Known | undefined {
  const { address } = event.source;
  const own = world.own.match(address);
  if (own !== undefined) return { rule: 'own-address', why: `${address} is this PBX itself` };
  const trunk = world.trunks.match(address);
  if (trunk !== undefined) return { rule: 'trunk', why: `trunk ${trunk.name}`, trunk };
  const network = world.trusted.match(address);
  if (network !== undefined) {
    return { rule: 'trusted-network', why: `trusted network ${network}` };
  }
  if (event.kind !== 'call') return undefined;
  const live = policy.trust.registered ? world.registrations.get(target)?.[0] : undefined;
  if (live !== undefined) {
    return { rule: 'registered', why: `account ${live.account} is registered from ${address}` };
  }
  if (event.authenticated !== true) return undefined;
  const endpoint = event.endpoint === undefined ? '' : ` as endpoint ${event.endpoint}`;
  return { rule: 'authenticated', why: `answered the PBX's challenge${endpoint}` };
}

/** Why a known source's call is rejected or watched all the same, if it is. Known sources are never banned. */
export function faultOfKnown(
  event: SipEvent,
  known: Known,
  policy: Policy,
): { answer: 'reject' | 'watch'; rule: string; why: string } | undefined {
  if (event.kind !== 'call' || known.rule === 'own-address') return undefined;
  if (event.injected === true && policy.rules['bad-request'] !== undefined) {
    return {
      answer: 'reject',
      rule: 'bad-request',
      why: `${INJECTED}; never banned: ${known.why}`,
    };
  }
  const { trunk } = known;
  if (trunk === undefined) return undefined;
  const junk = trunk.junkCallerId === 'reject' ? junkCallerIdOf(event, policy) : undefined;
  if (junk !== undefined) {
    const why = `junk caller ID ${junk}; never banned: ${known.why}`;
    return { answer: 'reject', rule: 'junk-caller-id', why };
  }
  const fault = trunkCallerIdOf(event, trunk);
  if (fault === undefined) return undefined;
  const { answer, why } = fault;
  return { answer, rule: 'trunk-caller-id', why: `${why}; never banned: ${known.why}` };
}

/** What a target (address or prefix) covers that may never be banned, in words. */
export function targetHolds(target: string, world: World): string | undefined {
  if (world.own.overlaps(target) !== undefined) return "this PBX's own addresses";
  const trunk = world.trunks.overlaps(target);
  if (trunk !== undefined) return `addresses of trunk ${trunk.name}`;
  const network = world.trusted.overlaps(target);
  return network === undefined ? undefined : `the trusted network ${network}`;
}
