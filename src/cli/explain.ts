import { parseNetwork } from '../event/source.ts';
import { callWords, sourceWords } from './customer-words.ts';
import type { BanRecord, VerdictRow } from '../judge/record.ts';
import type { CallExplanation, Explanation } from '../web/explanation.ts';
import { misused, readArgs } from './args.ts';
import type { Asked, Usage } from './args.ts';
import { notAnAddress } from './ban.ts';
import { ask } from './client.ts';
import { fail, json, styled } from './output.ts';
import type { Output, Style } from './output.ts';
import { wrap } from './text.ts';
import { localTime, relative, span } from './when.ts';

/** `ghostgate explain ADDR|CALL`: who a source is, what was decided about it or a call, and why. */
export async function explain(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const [text = ''] = asked.positionals;
  const address = parseNetwork(text);
  if (address === undefined) {
    if (LIKE_A_CALL.test(text)) return await explainCall(text, asked, out, now);
    return misused(out, 'explain', notAnAddress(text));
  }
  const path = `/explain/${encodeURIComponent(address)}`;
  const reply = await ask<Explanation>(asked.socket, 'GET', path);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, reply.body);
  else out.out(story(reply.body, out, now, asked.flags.has('all')).join('\n'));
  return 0;
}

/** A channel has a slash, most Call-IDs an @; a UUID is neither, nor is it any host's name. */
const LIKE_A_CALL = /[@/]|^[\w-]{20,}$/;

async function explainCall(call: string, asked: Asked, out: Output, now: number) {
  const path = `/explain-call/${encodeURIComponent(call)}`;
  const reply = await ask<CallExplanation>(asked.socket, 'GET', path);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, reply.body);
  else out.out(callStory(reply.body, out, now).join('\n'));
  return 0;
}

const USAGE: Usage = {
  command: 'explain',
  options: [],
  flags: ['all'],
  positionals: { least: 1, most: 1 },
  missing: 'say which address or call is meant',
  help: `ghostgate explain ADDR|CALL [--all] [--json] [--socket PATH]

Tells the story of a source: in words for a customer, then who it is, whether
and until when it is shut out and by which rule, earlier bans, and the newest
200 verdicts with their rule and why: what was decided again and again is told
once, with --all each time. CALL is a call's channel (a FreeSWITCH UUID) or its
SIP Call-ID: tells what was decided about that call and whether a phone rang.

Examples:
  ghostgate explain 203.0.113.9
  ghostgate explain 2001:db8:1:2::7
  ghostgate explain PJSIP/anonymous-0000002a
  ghostgate explain 203.0.113.9 --json | jq '.verdicts[0].why'

Exit codes: 0 done, 1 no such call is remembered, 2 usage, 3 no daemon`,
};

function callStory(told: CallExplanation, out: Output, now: number): string[] {
  const { verdicts, source } = told;
  return [
    ...callWords(told, now).map((line) => wrap('', line)),
    ...section(
      'What was decided, newest first',
      verdicts.map((row) => verdictLines(row, out, now)),
      out,
    ),
    `\n${styled(out, 'bold', 'Where it came from')}`,
    wrap('', who(source)),
    ...doors(source, out, now),
    wrap('', `All of it: ghostgate explain ${source.address}`),
  ];
}

function story(explanation: Explanation, out: Output, now: number, all: boolean): string[] {
  const { standing, verdicts } = explanation;
  const earlier = explanation.bans.filter(({ ended }) => ended !== undefined);
  return [
    wrap('', who(explanation)),
    ...doors(explanation, out, now),
    ...section(
      'In plain words',
      sourceWords(explanation, now).map((line) => wrap('  ', line)),
      out,
    ),
    ...section(
      'Standing',
      standing.map((line) => wrap('  ', line)),
      out,
    ),
    ...section(
      'Earlier bans',
      earlier.map((ban) => banLine(ban, now)),
      out,
    ),
    ...(verdicts.length === 0
      ? ['\nNo verdict about it is remembered.']
      : section(
          'Verdicts, newest first',
          all
            ? verdicts.map((row) => verdictLines(row, out, now))
            : alike(verdicts).map((told) => toldOnce(told, out, now)),
          out,
        )),
  ];
}

function who({ target, address, known }: Explanation): string {
  const name = target === address ? address : `${address} (judged as ${target})`;
  return known === undefined
    ? `${name} is a stranger: no trunk, no trusted network, no live registration.`
    : `${name} is known: ${known}.`;
}

/** Whether it may come in. */
function doors({ shutOut, graceUntil }: Explanation, out: Output, now: number): string[] {
  const grace =
    graceUntil === undefined
      ? []
      : [wrap('', `Released by hand: no rule bans it before ${moment(graceUntil, now)}.`)];
  if (shutOut === undefined) return ['It is not shut out.', ...grace];
  const { until, rule, why, quarantine } = shutOut;
  const words = `It is ${quarantine ? 'quarantined' : 'shut out'} until ${moment(until, now)}`;
  return [styled(out, 'red', wrap('', `${words} by ${rule}: ${why}.`)), ...grace];
}

function banLine({ since, until, rule, why, quarantine, ended }: BanRecord, now: number): string {
  const what = `${quarantine ? 'quarantine' : 'ban'} of ${span(until - since)} by ${rule}: ${why}`;
  const end =
    ended?.how === 'released'
      ? `released ${relative(ended.at, now)}${ended.by === undefined ? '' : ` by ${ended.by}`}` +
        (ended.because === undefined ? '' : ` (${ended.because})`)
      : 'expired';
  return wrap(`  ${localTime(since)}  `, `${what}; ${end}`);
}

function verdictLines(row: VerdictRow, out: Output, now: number): string {
  const { seenAt, verdict, rule, why } = row;
  const when = `${localTime(seenAt, true)} (${relative(seenAt, now)})`;
  const head = `  ${when}  ${styled(out, STYLES[verdict], verdict)} by ${rule}`;
  return [head, wrap('    ', why), wrap('    ', facts(row))].join('\n');
}

interface Alike {
  readonly newest: VerdictRow;
  readonly oldest: VerdictRow;
  readonly count: number;
}

/**
 * What was decided again and again, once: a scanner that goes on while it is shut out would bury
 * the one verdict that is looked for. Alike is what differs in figures alone.
 */
function alike(verdicts: readonly VerdictRow[]): Alike[] {
  const found = new Map<string, Alike>();
  for (const row of verdicts) {
    const { event, pbx, verdict, rule, why } = row;
    const key = JSON.stringify([event, pbx, verdict, rule, why.replaceAll(/\d+/g, '0')]);
    const before = found.get(key);
    const count = (before?.count ?? 0) + 1;
    found.set(key, { newest: before?.newest ?? row, oldest: row, count });
  }
  return [...found.values()];
}

function toldOnce({ newest, oldest, count }: Alike, out: Output, now: number): string {
  const lines = verdictLines(newest, out, now);
  if (count === 1) return lines;
  const since = localTime(oldest.seenAt, true);
  return `${lines}\n${styled(out, 'dim', `    the newest of ${count} such since ${since}`)}`;
}

/** What happened, as far as the PBX told: all but the address was chosen by the sender. */
function facts(row: VerdictRow): string {
  const { event, transport, address, port, pbx, proof } = row;
  const from = port === 0 ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const said = [
    ['account', row.account],
    ['from', row.callingNumber],
    ['to', row.calledNumber],
    ['agent', row.userAgent],
  ].flatMap(([name, text]) => (text === undefined ? [] : [`${name} ${JSON.stringify(text)}`]));
  return [`${event} on ${pbx} from ${from} over ${transport}, ${proof}`, ...said].join(', ');
}

const STYLES: Readonly<Record<VerdictRow['verdict'], Style>> = {
  pass: 'green',
  watch: 'yellow',
  reject: 'red',
  ban: 'red',
};

function section(title: string, lines: readonly string[], out: Output): string[] {
  return lines.length === 0 ? [] : [`\n${styled(out, 'bold', title)}`, ...lines];
}

function moment(ms: number, now: number): string {
  return `${localTime(ms)} (${relative(ms, now)})`;
}
