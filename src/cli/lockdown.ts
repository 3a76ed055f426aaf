import { parseDuration, DURATION_HINT } from '../policy/duration.ts';
import { LONGEST_UNCONFIRMED_SECONDS } from '../web/control-lockdown.ts';
import type { LockdownReport, LockdownView } from '../web/control-lockdown.ts';
import { misused, readArgs } from './args.ts';
import type { Asked, Usage } from './args.ts';
import { whoAsks } from './ban.ts';
import { EXIT_NO, ask } from './client.ts';
import { planLines, stateLines } from './lockdown-text.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';

const ACTIONS = ['on', 'confirm', 'off', 'status'] as const;

/** `ghostgate lockdown on|confirm|off|status`: SIP for those who are let in, silence for the rest. */
export async function lockdown(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const action = ACTIONS.find((name) => name === asked.positionals[0]);
  if (action === undefined) return misused(out, 'lockdown', `say one of ${ACTIONS.join(', ')}`);
  const time = asked.values['confirm-within'] ?? '60s';
  const seconds = parseDuration(time);
  if (seconds === undefined || seconds > LONGEST_UNCONFIRMED_SECONDS) {
    const hint = seconds === undefined ? DURATION_HINT : 'an hour at the most';
    return misused(out, 'lockdown', `--confirm-within ${JSON.stringify(time)}: ${hint}`);
  }
  if (action === 'status') return await show(asked, out, now);
  if (action === 'on') return await switchOn(asked, seconds, out, now);
  const path = `/lockdown/${action}`;
  const reply = await ask<Answer>(asked.socket, 'POST', path, { by: whoAsks() });
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, reply.body);
  else out.out(stateLines(reply.body.lockdown, now).join('\n'));
  return 0;
}

interface Answer {
  readonly lockdown: LockdownReport;
}

const USAGE: Usage = {
  command: 'lockdown',
  options: ['confirm-within'],
  positionals: { least: 0, most: 1 },
  help: `ghostgate lockdown on [--confirm-within TIME] | confirm | off | status
                   [--json] [--socket PATH]

Opens the SIP ports to trunks, trusted networks and (unless the policy says
otherwise) sources that hold a registration, and drops every packet of anybody
else to them, silently. No other port is touched: not SSH, not RTP.

  on       tells whom it lets in and whom it shuts out, then closes the ports.
           Unless confirmed within TIME (60s when left out, an hour at the
           most) the kernel itself opens them again, even if Ghostgate is dead
  confirm  keeps it, over restarts too
  off      opens the ports again
  status   the same telling, and changes nothing

A phone that holds no registration yet and is in no trusted network cannot
register while lockdown is on: switch it off for a moment, or trust its
network. Should Ghostgate be gone for an hour, the kernel opens the ports.

Examples:
  ghostgate lockdown status
  ghostgate lockdown on --confirm-within 60s
  ghostgate lockdown confirm

Exit codes: 0 done, 1 the daemon refused, or (status) it is on but not in
force, 2 usage, 3 no daemon`,
};

async function show(asked: Asked, out: Output, now: number): Promise<number> {
  const reply = await ask<LockdownView>(asked.socket, 'GET', '/lockdown');
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  const { lockdown: state, plan } = reply.body;
  if (asked.json) json(out, reply.body);
  else {
    const told = [...stateLines(state, now), '', ...planLines(plan)];
    const { refusal } = plan;
    if (refusal !== undefined) told.push('', wrap('', `It cannot be on: ${refusal.refused}.`));
    if (refusal?.hint !== undefined) told.push(wrap('Try: ', refusal.hint));
    out.out(told.join('\n'));
  }
  return state.problem === undefined ? 0 : EXIT_NO;
}

/** What it will do is told before it is done. */
async function switchOn(asked: Asked, seconds: number, out: Output, now: number): Promise<number> {
  const view = await ask<LockdownView>(asked.socket, 'GET', '/lockdown');
  if (!view.ok) return fail(out, view.exit, view.error, view.hint);
  const { plan } = view.body;
  if (!asked.json) out.out(`${planLines(plan).join('\n')}\n`);
  const request = { confirmWithinSeconds: seconds, by: whoAsks() };
  const reply = await ask<Answer>(asked.socket, 'POST', '/lockdown/on', request);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  if (asked.json) json(out, { ...reply.body, plan });
  else {
    out.out(stateLines(reply.body.lockdown, now).join('\n'));
    out.out('Call in from outside now. If all is well: ghostgate lockdown confirm');
  }
  return 0;
}
