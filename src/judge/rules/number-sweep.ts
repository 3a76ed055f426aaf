import type { SipEvent } from '../../event/sip-event.ts';
import type { Way } from '../dialled.ts';
import { isPlainWay } from '../dialled.ts';
import { shieldOf } from '../shield.ts';
import type { Standing } from '../standing.ts';
import { isShutOut } from '../standing.ts';
import { span } from '../words.ts';
import type { Around, Rule } from './rule.ts';

/**
 * One number behind ever new prefixes, from one source or from many: somebody looks for the one
 * that gets a line. Known sources are never asked; nor does it hit who dials the number as it is.
 */
export const numberSweep: Rule = {
  name: 'number-sweep',
  matches(event, standing, around) {
    const settings = around.policy.rules['number-sweep'];
    const { calledNumber } = event;
    if (settings === undefined || calledNumber === undefined || !DIALS.has(event.kind)) {
      return undefined;
    }
    if (isGood(standing, around) || isShutOut(standing, around.now)) return undefined;
    const { prefixes, withinSeconds } = settings;
    const since = around.now - withinSeconds * 1000;
    const seen = { proof: event.proof, now: around.now, since };
    const ways = around.world.dialled.note(calledNumber, seen);
    if (ways.length < prefixes || isPlainWay(ways)) return undefined;
    return {
      why: wordsOf(event, ways, settings),
      weight: { limit: proofOf(event, ways, prefixes, since) },
    };
  },
};

const DIALS: ReadonlySet<string> = new Set(['call', 'challenged', 'auth-failure']);

/**
 * On FreeSWITCH a phone's own call is first told as a challenge, before anybody knows whose it is:
 * what works from here, or ever did, is left out of the sweep.
 */
function isGood(standing: Standing, { world, now }: Around): boolean {
  if (shieldOf(standing, world, now) !== undefined) return true;
  if (standing.goodDays !== undefined) return true;
  return standing.accounts?.some(({ answered }) => answered) === true;
}

/** Others' packets are part of the evidence: it is proven when enough of them are. */
function proofOf(event: SipEvent, ways: readonly Way[], prefixes: number, since: number) {
  const proven = ways.filter(({ provenAt }) => provenAt > since).length;
  return event.proof === 'proven' && proven >= prefixes ? 'proven' : 'forgeable';
}

function wordsOf(
  { calledNumber, seenAt }: SipEvent,
  ways: readonly Way[],
  { prefixes, withinSeconds }: { prefixes: number; withinSeconds: number },
): string {
  const firstAt = Math.min(...ways.map(({ at }) => at));
  const others = ways.slice(1, 3).map(({ digits }) => digits);
  return `dialled ${calledNumber}: one number behind ${ways.length} prefixes in ${span((seenAt - firstAt) / 1000)}, like ${others.join(' and ')} (limit ${prefixes} in ${span(withinSeconds)})`;
}
