/** Names on NATS, and the bounds of what is read from it. */

/** What sites tell, and what was set free, in the order the server got it. */
export const NOTICES = 'GHOSTGATE_NOTICES';
/** The operator's standing orders, the last of each kind: the sites and their keys, the allow list. */
export const ORDERS = 'GHOSTGATE_ORDERS';
/** How each site is, the last word of each. */
export const SITES = 'GHOSTGATE_SITES';
/** What the operator published for the sites to lay under their own policies, by version. */
export const POLICIES = 'GHOSTGATE_POLICIES';

export const UNBAN = 'ghostgate.unban';
export const ALLOW = 'ghostgate.order.allow';
export const ROLLOUT = 'ghostgate.order.policy';

export function noticeSubject(site: string): string {
  return `ghostgate.notice.${token(site)}`;
}

export function policySubject(version: number): string {
  return `ghostgate.policy.${version}`;
}

export function siteSubject(site: string): string {
  return `ghostgate.order.site.${token(site)}`;
}

export function stateSubject(site: string): string {
  return `ghostgate.state.${token(site)}`;
}

/** Answers to one site reach no other: its rights name this prefix alone. */
export function inboxOf(site: string): string {
  return `_INBOX_${token(site)}`;
}

/** A site's name may hold dots, which would part a subject; it never holds `=`. */
export function token(site: string): string {
  return site.replaceAll('.', '=');
}

/** Name of the site that a notice's subject is for; undefined for any other subject. */
export function siteOf(subject: string): string | undefined {
  return siteIn(subject, 'ghostgate.notice.');
}

/** Name of the site that a state's subject is of; undefined for any other subject. */
export function siteOfState(subject: string): string | undefined {
  return siteIn(subject, 'ghostgate.state.');
}

function siteIn(subject: string, before: string): string | undefined {
  if (!subject.startsWith(before)) return undefined;
  const site = /^[A-Za-z0-9][A-Za-z0-9=_-]{0,62}$/.exec(subject.slice(before.length))?.[0];
  return site?.replaceAll('=', '.');
}

/** As policy/fields name(). */
export const SITE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Of a ring of sites, the operator's to choose. */
export const RING_NAME = /^[a-z][a-z0-9-]{0,15}$/;
/** The ring of every site that is in no other, and the last to get anything. */
export const LAST_RING = 'all';
export const MOST_RINGS = 8;

/** A base policy, and the message that holds it: below what nats-server takes (max_payload: 64KB). */
export const MOST_BASE_BYTES = 40_000;
export const MOST_BASE_MESSAGE_BYTES = MOST_BASE_BYTES + 1000;

export const MOST_MESSAGE_BYTES = 16_384;
export const MOST_ITEMS = 32;
/** Longest that a notice may ask for, from when it was sent. */
export const LONGEST_MS = 30 * 86_400_000;
/** The stream keeps what it holds a day longer than any notice lasts. */
export const KEPT_MS = LONGEST_MS + 86_400_000;
/** How far a sender's clock may be from the receiver's. */
export const MOST_SKEW_MS = 300_000;
