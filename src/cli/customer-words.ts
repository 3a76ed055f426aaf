import type { VerdictRow } from '../judge/record.ts';
import type { CallExplanation, Explanation } from '../web/explanation.ts';
import { localTime, relative, span } from './when.ts';

/** The story of a source in sentences to read to somebody who has never heard of SIP. */
export function sourceWords(explanation: Explanation, now: number): string[] {
  const { address, known, shutOut, verdicts, bans, graceUntil } = explanation;
  const rule = shutOut?.rule ?? latestFault(verdicts)?.rule ?? bans[0]?.rule;
  const means = rule === undefined ? undefined : MEANINGS.get(rule);
  if (known !== undefined && means === undefined) return [];
  const when =
    shutOut === undefined
      ? undefined
      : `So nothing from there reaches the phone system before ${at(shutOut.until, now)}. ${
          shutOut.quarantine
            ? 'That is a short time on purpose: such packets can be sent under somebody else’s address.'
            : 'Then it may try again; should it do the same, it is kept out for longer.'
        }`;
  const free =
    graceUntil === undefined ? undefined : `It was let in again, and is left alone for now.`;
  const help =
    shutOut === undefined
      ? undefined
      : `If it is one of yours after all: ghostgate unban ${address}`;
  return [means, when, free, help].filter((line) => line !== undefined);
}

/** The story of a call, the same way. */
export function callWords({ call, verdicts }: CallExplanation, now: number): string[] {
  const judged = verdicts.find(({ event }) => event === 'call');
  const ended = verdicts.find(({ event }) => event === 'call-ended');
  if (judged === undefined) return [`Of call ${call} no more is remembered than this:`];
  const { callingNumber, calledNumber, seenAt, verdict, rule, why, address } = judged;
  const from = callingNumber === undefined ? 'no number' : `"${callingNumber}"`;
  const to = calledNumber === undefined ? '' : ` to "${calledNumber}"`;
  const who = `The call showing ${from}${to} came from ${address} on ${localTime(seenAt, true)} (${relative(seenAt, now)}).`;
  const means = MEANINGS.get(rule);
  if (verdict === 'pass') return [who, `It was let through: ${why}.`];
  if (verdict === 'watch') return [who, `It was let through, and noted: ${why}.`];
  const rang =
    ended === undefined
      ? 'Whether a phone was rung is not known.'
      : `${ended.why[0]?.toUpperCase()}${ended.why.slice(1)}; it was over after ${span(Math.max(1000, ended.seenAt - seenAt))}.`;
  return [
    who,
    `It was rejected by the rule ${rule}: ${why}.`,
    ...(means === undefined ? [] : [means]),
    rang,
  ];
}

/** What each rule saw, for a person. Rules that are not here say it well enough themselves. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    'stranger-call',
    'Somebody on the internet who is neither a phone of yours nor your carrier called the phone system directly. Such calls are made by machines that search for phone systems: the phone rings and nobody is there.',
  ],
  [
    'junk-caller-id',
    'It called with a number that no caller has, such as 100 or 1000. Machines that search the internet for phone systems show such numbers: the phone rings and nobody is there.',
  ],
  [
    'trunk-caller-id',
    'It came over your carrier with a number, or without one, that your own settings refuse on this line. Calls with other numbers come through.',
  ],
  [
    'scanner-user-agent',
    'Its software gave the name of a tool that is made for finding phone systems and breaking into them.',
  ],
  ['bad-request', 'It sent requests that no phone sends, or names made to trick the phone system.'],
  [
    'auth-failure',
    'It gave a wrong password again and again. From a stranger that is guessing; from a phone of yours it is an old password: give that phone its new one first, or it is kept out again.',
  ],
  [
    'unknown-account',
    'It tried accounts that do not exist. From a stranger that is guessing; from a phone of yours, its extension was deleted or mistyped: set that right first.',
  ],
  [
    'account-sweep',
    'It tried many different accounts one after the other, as somebody does who looks for one with a weak password.',
  ],
  ['acl-denied', 'The phone system itself is set to refuse this address, and it kept coming back.'],
  [
    'flood',
    'It sent far more in a few seconds than any phone does, enough to slow the phone system down for everybody.',
  ],
  [
    'feed',
    'Its address stands in a list of addresses to refuse, or lies in a country or network that the policy refuses. If somebody of yours calls from there, trust that address.',
  ],
  ['canary', 'It was a test of this guard, and the guard passed it. Nobody was shut out.'],
  ['by-hand', 'A person shut it out by hand.'],
]);

function latestFault(verdicts: readonly VerdictRow[]): VerdictRow | undefined {
  return verdicts.find(({ verdict }) => verdict !== 'pass');
}

function at(ms: number, now: number): string {
  return `${localTime(ms)} (${relative(ms, now)})`;
}
