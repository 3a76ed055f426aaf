import type { FeedsReport } from '../judge/feeds-report.ts';
import { misused, readArgs } from './args.ts';
import type { Asked, Usage } from './args.ts';
import { whoAsks } from './ban.ts';
import { EXIT_NO, ask } from './client.ts';
import { feedLines } from './feeds-text.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';

/** `ghostgate feeds [accept NAME|refresh [NAME]]`: the lists of addresses and what holds of them. */
export async function feeds(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const [action = 'list', name] = asked.positionals;
  if (action === 'accept') {
    if (name === undefined) return misused(out, 'feeds', 'say which feed is meant');
    return await accept(asked, name, out);
  }
  if (action === 'refresh') return await refresh(asked, name, out, now);
  if (action !== 'list' || name !== undefined) {
    return misused(out, 'feeds', 'say accept NAME, refresh [NAME], or nothing');
  }
  const reply = await ask<FeedsReport>(asked.socket, 'GET', '/feeds');
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  return tell(reply.body, asked, out, now);
}

const USAGE: Usage = {
  command: 'feeds',
  options: [],
  positionals: { least: 0, most: 2 },
  help: `ghostgate feeds [accept NAME | refresh [NAME]] [--json] [--socket PATH]

Lists the feeds and MMDB files of the policy: what each is used for, how many
entries are in force, how old they are, which were left out because they would
cover a trunk, a trusted network or the PBX, and what is wrong.

  accept NAME   puts a list in force that is held back: one that grew tenfold,
                is empty all at once, or is mostly not a list
  refresh NAME  looks at its place now; at all of them without a name

Examples:
  ghostgate feeds
  ghostgate feeds accept blocklist
  ghostgate feeds --json | jq '.feeds[] | select(.state != "ok")'

Exit codes: 0 all is well, 1 a feed is held back or failing, or the daemon
refused, 2 usage, 3 no daemon`,
};

async function accept(asked: Asked, name: string, out: Output): Promise<number> {
  const path = `/feeds/${encodeURIComponent(name)}/accept`;
  const body = { by: whoAsks() };
  const reply = await ask<{ accepted: string; entries: number }>(asked.socket, 'POST', path, body);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  const { accepted, entries } = reply.body;
  if (asked.json) json(out, reply.body);
  else out.out(`Feed ${accepted} is in force, with ${entries.toLocaleString('en-US')} entries.`);
  return 0;
}

async function refresh(asked: Asked, name: string | undefined, out: Output, now: number) {
  const body = name === undefined ? {} : { name };
  const reply = await ask<FeedsReport>(asked.socket, 'POST', '/feeds/refresh', body);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  return tell(reply.body, asked, out, now);
}

function tell(report: FeedsReport, asked: Asked, out: Output, now: number): number {
  if (asked.json) json(out, report);
  else out.out(feedLines(report, out, now).join('\n'));
  const wrong =
    report.feeds.some(({ state }) => state === 'held' || state === 'failing') ||
    report.geo.some(({ problem }) => problem !== undefined);
  return wrong ? EXIT_NO : 0;
}
