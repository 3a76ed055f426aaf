import { parseNetwork } from '../event/source.ts';
import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { notAnAddress, whoAsks } from './ban.ts';
import { ask } from './client.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';
import { localTime, relative } from './when.ts';

interface Answer {
  readonly released: boolean;
  readonly graceUntil: number;
}

/** `ghostgate unban ADDR…`: lets sources in again, and keeps rules from banning them for a time. */
export async function unban(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const targets: string[] = [];
  for (const address of asked.positionals) {
    const target = parseNetwork(address);
    if (target === undefined) return misused(out, 'unban', notAnAddress(address));
    targets.push(target);
  }
  const request = { because: asked.values['because'] ?? 'released by hand', by: whoAsks() };
  const answers: (Answer & { target: string })[] = [];
  let exit = 0;
  for (const target of targets) {
    const path = `/bans/${encodeURIComponent(target)}`;
    const reply = await ask<Answer>(asked.socket, 'DELETE', path, request);
    // One that was refused must not keep the others shut out.
    if (!reply.ok) exit = fail(out, reply.exit, `${target}: ${reply.error}`, reply.hint);
    else if (asked.json) answers.push({ target, ...reply.body });
    else out.out(told(target, reply.body, now));
  }
  if (asked.json) json(out, answers);
  return exit;
}

const USAGE: Usage = {
  command: 'unban',
  options: ['because'],
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  help: `ghostgate unban ADDR… [--because TEXT] [--json] [--socket PATH]

Lets sources in again, everywhere, within a second. For the grace time of the
policy (jail.grace) no rule shuts them out again. ADDR as \`ghostgate bans\` shows
it, or an address. With a prefix all bans that lie in it end.

Examples:
  ghostgate unban 203.0.113.9
  ghostgate unban 203.0.113.9 2001:db8:1:2::/64 --because "a new office"

Exit codes: 0 let in, 1 the daemon refused, 2 usage, 3 no daemon`,
};

function told(target: string, { released, graceUntil }: Answer, now: number): string {
  const what = released ? `${target} is let in again` : `${target} was not shut out`;
  const grace = `${localTime(graceUntil)} (${relative(graceUntil, now)})`;
  return wrap('', `${what}; no rule bans it before ${grace}.`);
}
