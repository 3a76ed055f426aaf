import type { AuditEntry } from '../judge/audit.ts';
import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { ask } from './client.ts';
import { fail, json, styled } from './output.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';
import { localTime } from './when.ts';

/** `ghostgate audit`: who did what, newest first. */
export async function audit(args: string[], out: Output): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const limit = asked.values['limit'] ?? '100';
  if (!/^([1-9]\d{0,2}|1000)$/.test(limit)) {
    return misused(out, 'audit', `--limit takes 1 to 1000, not ${JSON.stringify(limit)}`);
  }
  const reply = await ask<{ audit: AuditEntry[] }>(asked.socket, 'GET', `/audit?limit=${limit}`);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, reply.body);
  else out.out(shown(reply.body.audit, out));
  return 0;
}

const USAGE: Usage = {
  command: 'audit',
  options: ['limit'],
  positionals: { least: 0, most: 0 },
  help: `ghostgate audit [--limit N] [--json] [--socket PATH]

Who did what, newest first: bans and releases by hand, lockdown, reloads asked
for, logins to the page. Who came by the control socket is the user behind sudo;
on the page it is the user who logged in, in the API the name of the token. What
the daemon refused is told with its reason. The newest 10,000 are kept, and at
most 1,000 are told at once.

Examples:
  ghostgate audit
  ghostgate audit --limit 1000 --json | jq '.audit[] | select(.did == "unban")'

Exit codes: 0 done, 2 usage, 3 no daemon`,
};

function shown(entries: readonly AuditEntry[], out: Output): string {
  if (entries.length === 0) return 'Nobody did anything yet.';
  const rows = entries.map(({ at, by, door, from, did, target, because, refused }) => [
    localTime(at),
    by,
    from === undefined ? door : `${door} ${from}`,
    [did, target].filter((word) => word !== undefined).join(' '),
    refused === undefined ? (because ?? '') : `refused: ${refused}`,
  ]);
  const [titles = '', ...lines] = table(COLUMNS, rows).split('\n');
  return [styled(out, 'bold', titles), ...lines].join('\n');
}

const COLUMNS: readonly Column[] = [
  { title: 'WHEN' },
  { title: 'WHO' },
  { title: 'FROM' },
  { title: 'DID' },
  { title: 'BECAUSE', atLeast: 8 },
];
