import type { SipEvent } from '../event/sip-event.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import { foundPattern } from './rules/patterns.ts';

/** What a trunk's own settings say against the caller ID of one of its calls. */
export interface TrunkFault {
  readonly why: string;
  readonly answer: 'reject' | 'watch';
}

/**
 * The caller ID of a trunk's call beside the trunk's `caller_id`. Who shows no number at all is
 * `anonymous` and nothing else: `allowed` is about numbers that are shown.
 */
export function trunkCallerIdOf(event: SipEvent, trunk: TrunkPolicy): TrunkFault | undefined {
  const { callerId, name } = trunk;
  if (callerId === undefined || event.kind !== 'call') return undefined;
  const { numbers, names, patterns, allowed, anonymous } = callerId;
  const { callingNumber: number = '', callingName = '' } = event;
  const texts = [number, callingName].filter((text) => text !== '');
  const junk =
    numbers.find((each) => each === number) ??
    texts.find((text) => names.some((each) => sameText(each, text))) ??
    texts.find((text) => foundPattern(patterns, text) !== undefined);
  if (junk !== undefined) {
    return { answer: 'reject', why: `caller ID "${junk}" is junk on trunk ${name}` };
  }
  if (isAnonymous(number)) {
    if (anonymous === 'pass') return undefined;
    return { answer: anonymous, why: `no caller ID, which trunk ${name} is asked about` };
  }
  if (allowed.length === 0 || foundPattern(allowed, number) !== undefined) return undefined;
  const why = `caller ID "${number}" is none of the kinds that trunk ${name} sends`;
  return { answer: 'reject', why };
}

/** Reports whether calls of this trunk must be judged before they go on: more than the gate can look up. */
export function needsJudging({ callerId }: TrunkPolicy): boolean {
  if (callerId === undefined) return false;
  const { numbers, names, patterns, allowed, anonymous } = callerId;
  return (
    numbers.length + names.length + patterns.length + allowed.length > 0 || anonymous === 'reject'
  );
}

/**
 * What stands in From of who withholds his number (RFC 3323 §4.1.1.3), and what PBXs and carriers
 * write in its place.
 */
function isAnonymous(number: string): boolean {
  return number === '' || ANONYMOUS.has(number.toLowerCase());
}

const ANONYMOUS: ReadonlySet<string> = new Set([
  'anonymous',
  'private',
  'restricted',
  'unavailable',
  'unknown',
  'withheld',
]);

function sameText(one: string, other: string): boolean {
  return one.length === other.length && one.toLowerCase() === other.toLowerCase();
}
