import type { Registration, SipEvent } from '../event/sip-event.ts';
import { notePhone } from './accounts.ts';
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
/** A user agent is the sender's own word: only so many changes of it are news. */
const PHONES_TOLD = 3;
/** More accounts than one person has phones: not a stale password, somebody guesses. */
const SEVERAL = 3;

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
 * The notice an operator needs to find the phone: account, endpoint, user agent. Where several
 * accounts fail it is no stale password, and one notice is for all of them. Undefined when it was
 * given already for this rule, account and user agent.
 */
export function noticeOnce(
  standing: Standing,
  event: SipEvent,
  rule: string,
  evidence: string,
): string | undefined {
  const { address } = event.source;
  const account = event.account ?? event.endpoint;
  const failing = (standing.accounts ?? []).filter((one) => one.failed && !one.answered);
  if (failing.length >= SEVERAL && account !== undefined) {
    if (wasGiven(standing, `\n${rule} several`)) return undefined;
    return `somebody guesses? ${failing.length} accounts from ${address}: ${evidence}`;
  }
  const tried = standing.accounts?.find((one) => one.account === account);
  const userAgent = event.userAgent ?? tried?.userAgent;
  if (wasGiven(standing, `${userAgent ?? ''}\n${rule} ${account ?? ''}`)) return undefined;
  const who = account === undefined ? 'somebody' : `account ${account}`;
  const { endpoint = tried?.answered === true ? tried.account : undefined } = event;
  const details = [
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
    ...(userAgent === undefined ? [] : [`user agent "${userAgent}"`]),
  ];
  const phone = details.length === 0 ? '' : ` (${details.join(', ')})`;
  const question = rule === 'auth-failure' ? 'stale password? ' : '';
  return `${question}${who} from ${address}${phone}: ${evidence}`;
}

/** Remembers what was told; a rule and account are told again for another user agent. */
function wasGiven(standing: Standing, key: string): boolean {
  const given = standing.notices ?? [];
  const about = key.slice(key.indexOf('\n'));
  const same = given.filter((one) => one.endsWith(about));
  if (same.includes(key) || same.length >= PHONES_TOLD) return true;
  standing.notices = [...given.slice(1 - NOTICES_KEPT), key];
  return false;
}

/**
 * Remembers which phone an account has while the PBX still tells it: a phone with a stale
 * password loses its registration, often before the tenth failure. Asterisk's security events
 * name no user agent.
 */
export function learnPhone(standing: Standing, { account }: SipEvent, world: World): void {
  const tried = standing.accounts?.find((one) => one.account === account);
  if (tried === undefined || tried.userAgent !== undefined) return;
  const live = world.registrations.get(standing.target);
  notePhone(tried, live?.find((one) => one.account === account)?.userAgent);
}
