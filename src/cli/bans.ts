import type { Ban } from '../judge/verdict.ts';
import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { ask } from './client.ts';
import { fail, json, styled } from './output.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';
import { relative, span } from './when.ts';

/** `ghostgate bans`: the bans in force, newest first. */
export async function bans(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const limit = asked.values['limit'] ?? (asked.json ? undefined : '100');
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) {
    return misused(out, 'bans', `--limit takes a whole number, not ${JSON.stringify(limit)}`);
  }
  const path = limit === undefined ? '/bans' : `/bans?limit=${limit}`;
  const reply = await ask<{ total: number; bans: Ban[] }>(asked.socket, 'GET', path);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, reply.body);
  else out.out(shown(reply.body, out, now));
  return 0;
}

const USAGE: Usage = {
  command: 'bans',
  options: ['limit'],
  positionals: { least: 0, most: 0 },
  help: `ghostgate bans [--limit N] [--json] [--socket PATH]

Lists the bans in force, newest first: the target, the rule that decided, why,
since when and for how long still. A rule marked * led to a quarantine: a short
ban, because its evidence can be forged. Without --json the newest 100.

Examples:
  ghostgate bans
  ghostgate bans --limit 1000
  ghostgate bans --json | jq -r '.bans[].target'

Exit codes: 0 done, 2 usage, 3 no daemon`,
};

function shown(answer: { total: number; bans: Ban[] }, out: Output, now: number): string {
  if (answer.total === 0) return 'Nobody is shut out.';
  const rows = answer.bans.map(({ target, rule, why, since, until, quarantine }) => [
    target,
    quarantine ? `${rule}*` : rule,
    why,
    relative(since, now),
    span(until - now),
  ]);
  const [titles = '', ...lines] = table(COLUMNS, rows).split('\n');
  const shownOf =
    answer.total > rows.length ? [`The newest ${rows.length} of ${answer.total}.`] : [];
  const legend = answer.bans.some(({ quarantine }) => quarantine)
    ? ['* quarantine: a short ban, for this evidence can be forged']
    : [];
  return [styled(out, 'bold', titles), ...lines, ...shownOf, ...legend].join('\n');
}

const COLUMNS: readonly Column[] = [
  { title: 'TARGET' },
  { title: 'RULE', atLeast: 8 },
  { title: 'WHY', atLeast: 8 },
  { title: 'SINCE' },
  { title: 'ENDS IN' },
];
