import { userInfo } from 'node:os';
import { parseNetwork } from '../event/source.ts';
import type { Ban } from '../judge/verdict.ts';
import { DURATION_HINT, parseDuration } from '../policy/duration.ts';
import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { ask } from './client.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';
import { localTime, relative } from './when.ts';

/** `ghostgate ban ADDR --for 1d --because …`: shuts a source out by hand. */
export async function ban(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const { for: time, because } = asked.values;
  const [address = ''] = asked.positionals;
  const target = parseNetwork(address);
  if (target === undefined) return misused(out, 'ban', notAnAddress(address));
  if (time === undefined) return misused(out, 'ban', 'say for how long, like --for 1d');
  const seconds = parseDuration(time);
  if (seconds === undefined) {
    return misused(out, 'ban', `--for ${JSON.stringify(time)}: ${DURATION_HINT}`);
  }
  if (because === undefined || because.trim() === '') {
    return misused(out, 'ban', 'say why, like --because "calls at night"');
  }
  const request = { target, seconds, because, by: whoAsks() };
  const reply = await ask<{ ban: Ban }>(asked.socket, 'POST', '/bans', request);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, reply.body);
  else out.out(told(reply.body.ban, now));
  return 0;
}

/** The person's name behind sudo, for the records. */
export function whoAsks(): string {
  return process.env['SUDO_USER'] ?? userInfo().username;
}

export function notAnAddress(text: string): string {
  return `${JSON.stringify(text)} is no address or prefix (like 203.0.113.9 or 203.0.113.0/28)`;
}

const USAGE: Usage = {
  command: 'ban',
  options: ['for', 'because'],
  positionals: { least: 1, most: 1 },
  help: `ghostgate ban ADDR --for TIME --because TEXT [--json] [--socket PATH]

Shuts a source out by hand, everywhere, at once. ADDR is an address or a prefix;
TIME is a number and a unit (30m, 4h, 1d, 2w). Trunks, trusted networks and the
PBX's own addresses are never shut out: the daemon refuses and says why.

Examples:
  ghostgate ban 203.0.113.9 --for 1d --because "dials Cuba at night"
  ghostgate ban 203.0.113.0/28 --for 2w --because "whole range scans"
  ghostgate ban 2001:db8:1:2::/64 --for 4h --because "customer asked"

Exit codes: 0 shut out, 1 the daemon refused, 2 usage, 3 no daemon`,
};

function told({ target, until, quarantine }: Ban, now: number): string {
  const words = `${target} is shut out until ${localTime(until)} (${relative(until, now)})`;
  return wrap('', `${words}${quarantine ? ', as a quarantine' : ''}.`);
}
