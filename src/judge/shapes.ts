import type { SipEvent } from '../event/sip-event.ts';
import type { Standing } from './standing.ts';

/**
 * What a tool leaves in its packets whatever it calls itself, in words for the why. SIPVicious as
 * it is published (libs/svhelper.py, svmap.py), each mark seen in our captures.
 * @param fromHosts hosts in From that only tools and textbooks use
 */
export function shapeOf(
  event: SipEvent,
  standing: Standing,
  fromHosts: readonly string[],
): string | undefined {
  const { fromTag, fromHost, callId } = event;
  if (fromTag !== undefined && isSipviciousTag(fromTag)) {
    return `From tag ${fromTag.slice(0, 24)}… is written by SIPVicious`;
  }
  if (fromHost !== undefined && fromHosts.includes(fromHost.toLowerCase())) {
    return `From names the host ${fromHost}, which only tools and textbooks use`;
  }
  if (callId === undefined) return undefined;
  if (LONG_DECIMAL.test(callId)) return `Call-ID ${callId} is written by SIPVicious (svmap)`;
  if (event.kind === 'challenged' || !DECIMAL.test(callId)) return undefined;
  const names = (standing.accounts ?? []).filter(({ answered }) => !answered).length;
  if (names < WALKED) return undefined;
  return `${names} accounts tried under Call-IDs like ${callId}, as svwar and svcrack write them`;
}

/**
 * svhelper.createTag: hexadecimal of what it will recognise an answer by, a byte 1, and a random
 * number in decimal.
 */
function isSipviciousTag(tag: string): boolean {
  if (tag.length % 2 !== 0) return false;
  // Printable bytes up to the 1, decimal digits behind it; no two ways to read it, so no backtracking.
  return /^(?:[2-7][0-9a-f])+01(?:3[0-9]){5,10}$/.test(tag);
}

/** svmap: 80 random bits in decimal, and no host. No phone writes so long a one. */
const LONG_DECIMAL = /^[0-9]{21,25}$/;
/**
 * svwar and svcrack: 32 random bits in decimal, and no host. Old eXosip phones write those too, so
 * it needs several accounts beside it, more than a phone has.
 */
const DECIMAL = /^[0-9]{5,10}$/;
const WALKED = 3;
