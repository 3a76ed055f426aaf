import type { SipEvent } from '../../event/sip-event.ts';
import type { Policy } from '../../policy/policy.ts';
import { count } from '../words.ts';
import { foundPattern } from './patterns.ts';
import type { Rule } from './rule.ts';

/** A caller ID that scanners send and callers do not: 100, 1000, sipvicious. */
export const junkCallerId: Rule = {
  name: 'junk-caller-id',
  matches(event, _standing, { policy }) {
    const junk = junkCallerIdOf(event, policy);
    return junk === undefined ? undefined : { why: `junk caller ID ${junk}`, weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'call')} with a junk caller ID`,
};

/** The junk in a call's caller ID, quoted for the why; trunks are asked this too (judge/known). */
export function junkCallerIdOf(event: SipEvent, policy: Policy): string | undefined {
  const settings = policy.rules['junk-caller-id'];
  if (event.kind !== 'call' || settings === undefined) return undefined;
  const number = event.callingNumber ?? '';
  if (settings.numbers.includes(number)) return quoted(number);
  // A number may be a name as well: From users like "sipvicious" arrive as the number.
  const texts = [event.callingName ?? '', number];
  const junk = texts.find((text) => settings.names.some((name) => sameText(name, text)));
  if (junk !== undefined) return quoted(junk);
  const { patterns } = settings;
  const found = texts.find((text) => text !== '' && foundPattern(patterns, text) !== undefined);
  return found === undefined ? undefined : quoted(found);
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && one.toLowerCase() === other.toLowerCase();
}

function quoted(text: string): string {
  return text === '' ? '(none given)' : `"${text}"`;
}
