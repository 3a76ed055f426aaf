import type { Registration, SipEvent } from '../event/sip-event.ts';
import type { Standing } from './standing.ts';
import type { World } from './world.ts';

/** Why a source is shielded: what it holds at the PBX. */
export interface Shield {
  /** Empty in the moment between a confirmed registration and the next full list. */
  readonly live: readonly Registration[];
}

/** The PBX confirms a registration at once, but tells the whole list only now and then. */
const LIST_LAG_MS = 60_000;

/** Most notices remembered for one source; account-sweep ends the shield long before. */
const NOTICES_KEPT = 64;

/**
 * The shield of a source with a live registration: somebody works behind that address, and one
 * phone with a stale password must not shut the whole office out.
 */
export function shieldOf(standing: Standing, world: World, now: number): Shield | undefined {
  const live = world.registrations.get(standing.target) ?? [];
  const { lastRegisteredAt } = standing;
  const justNow = lastRegisteredAt !== undefined && now - lastRegisteredAt < LIST_LAG_MS;
  return live.length > 0 || justNow ? { live } : undefined;
}

/** Who lives behind the shield, for a why. */
export function shieldWords({ live }: Shield): string {
  const [first] = live;
  if (first === undefined) return 'an account registered from it just now';
  const others = live.length - 1;
  const more = others === 0 ? '' : ` and ${others} more`;
  return `account ${first.account}${more} ${others === 0 ? 'is' : 'are'} registered from it`;
}

/**
 * The notice an operator needs to find the phone: account, user agent, endpoint. Undefined when
 * it was given already for this account and rule.
 */
export function noticeOnce(
  standing: Standing,
  event: SipEvent,
  rule: string,
  evidence: string,
): string | undefined {
  const account = event.account ?? event.endpoint;
  const key = `${rule} ${account ?? ''}`;
  const given = standing.notices ?? [];
  if (given.includes(key)) return undefined;
  standing.notices = [...given.slice(1 - NOTICES_KEPT), key];
  const question = rule === 'auth-failure' ? 'stale password? ' : '';
  const who = account === undefined ? 'a phone' : `account ${account}`;
  const { endpoint, userAgent } = event;
  const details = [
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
    ...(userAgent === undefined ? [] : [`user agent "${userAgent}"`]),
  ];
  const phone = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${question}${who} from ${event.source.address}${phone}: ${evidence}`;
}
