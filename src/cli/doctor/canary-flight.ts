import { parseHostPort } from '../../event/source.ts';
import { type Dialplan, gapOf } from '../../pbx/asterisk/examine/dialplan.ts';
import type { AsteriskFacts } from '../../pbx/asterisk/examine/facts.ts';
import { openDoors } from '../../pbx/freeswitch/configuration.ts';
import type { FreeswitchFacts } from '../../pbx/freeswitch/examine.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Flight } from './canary.ts';

export interface FlightPlan {
  /** Reports whether this canonical address is this machine's. */
  readonly isOwn: (address: string) => boolean;
  /** `--canary`: whatever it may ring. */
  readonly insist: boolean;
}

/**
 * Where a canary may go on an Asterisk. An INVITE proves most, and goes out when it cannot ring:
 * when guests' calls are not taken, or when they wait in the gate and are rejected there. Otherwise
 * a REGISTER of an account that nobody has.
 */
export function asteriskFlight(facts: AsteriskFacts, policy: Policy, plan: FlightPlan): Flight {
  const ports = policy.enforce.flatMap((each) => (each.kind === 'nftables' ? each.sipPorts : []));
  const listens = facts.listens.length > 0 ? facts.listens : ports.map((port) => `0.0.0.0:${port}`);
  const place = listens.map((bind) => placeOf(bind, plan.isOwn)).find((each) => each !== undefined);
  if (place === undefined) return { why: AWAY };
  const guests = facts.doors?.filter(({ by }) => by === 'guests');
  if (guests?.length === 0) return { ...place, method: 'INVITE', judged: false };
  const { dialplan, gate, clock } = facts;
  const waits = guests?.every(({ context }) => holdsAll(dialplan, context)) === true;
  const rejected = policy.mode === 'enforce' && policy.rules.canary !== undefined;
  const judged = waits && rejected && gate.loaded && gate.alive > clock.seconds;
  if (judged || plan.insist) return { ...place, method: 'INVITE', judged };
  return { ...place, method: 'REGISTER', judged: false };
}

/** Whatever number is called waits in the gate there; a number that nobody has makes no call elsewhere. */
function holdsAll(dialplan: Dialplan, context: string): boolean {
  const steps = dialplan.get(context)?.steps ?? [];
  const every = steps.some(({ extension }) => extension === '_.' || extension === '_!');
  return every && gapOf(dialplan, context) === undefined;
}

/** A profile that challenges lets no canary in; another one may ring somebody. */
export function freeswitchFlight(facts: FreeswitchFacts, plan: FlightPlan): Flight {
  const own = facts.listens.filter(({ address }) => plan.isOwn(address));
  if (own.length === 0) return { why: AWAY };
  for (const { profile, address, port } of own) {
    const found = facts.profiles?.find(({ name }) => name === profile);
    const closed = found?.authenticates === true && openDoors([found], facts.open) === undefined;
    if (plan.insist ? found?.authenticates === false : closed) {
      return { host: address, port, method: 'INVITE', judged: plan.insist };
    }
  }
  return {
    why: 'no profile challenges callers, and a call might ring: add --canary to send it all the same',
  };
}

const AWAY = 'the PBX takes no SIP over UDP at an address of this machine';

/** `0.0.0.0:5060` is reached by loopback. Without a port it is 5060. */
function placeOf(
  bind: string,
  isOwn: FlightPlan['isOwn'],
): { host: string; port: number } | undefined {
  const place = parseHostPort(bind);
  if (place === undefined) return undefined;
  const port = place.port === 0 ? 5060 : place.port;
  if (place.address === '0.0.0.0') return { host: '127.0.0.1', port };
  if (place.address === '::') return { host: '::1', port };
  return isOwn(place.address) ? { host: place.address, port } : undefined;
}
