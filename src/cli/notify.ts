import type { ChannelReport, TestReport } from '../web/control-notify.ts';
import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { EXIT_NO, ask } from './client.ts';
import { fail, json, styled } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';
import { relative } from './when.ts';

/** `ghostgate notify`: the channels and how they do. `notify test`: tries them out. */
export async function notify(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const [action = 'status', name] = asked.positionals;
  if (action === 'status' && name === undefined) {
    const reply = await ask<{ channels: ChannelReport[] }>(asked.socket, 'GET', '/notify');
    if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
    const { channels } = reply.body;
    if (asked.json) json(out, reply.body);
    else
      out.out(channels.length === 0 ? NONE : channels.map((each) => shown(each, now)).join('\n'));
    return channels.every(({ problem }) => problem === undefined) ? 0 : EXIT_NO;
  }
  if (action !== 'test') return misused(out, 'notify', 'say test, or nothing');
  const only = name === undefined ? {} : { name };
  const reply = await ask<{ tried: TestReport[] }>(asked.socket, 'POST', '/notify/test', only);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  const { tried } = reply.body;
  if (asked.json) json(out, reply.body);
  else if (tried.length === 0) out.out(NONE);
  for (const { name: channel, ok, said } of asked.json ? [] : tried) {
    const text = wrap(`${channel}: `, ok ? `sent; it said: ${said}` : `not sent: ${said}`);
    out.out(styled(out, ok ? 'green' : 'red', text));
  }
  return tried.length > 0 && tried.every(({ ok }) => ok) ? 0 : EXIT_NO;
}

const NONE = 'The policy tells nobody: write notify: into it (docs/notifications.md).';

const USAGE: Usage = {
  command: 'notify',
  options: [],
  positionals: { least: 0, most: 2 },
  help: `ghostgate notify [test [NAME]] [--json] [--socket PATH]

Who is told when something happens, and whether it arrives. test sends each of
them, or the one of this name, a message now and says what came back: that the
receiver took it, not that somebody read it.

Examples:
  ghostgate notify
  ghostgate notify test
  ghostgate notify test mail

Exit codes: 0 all is well, 1 something was not sent, 2 usage, 3 no daemon`,
};

function shown(channel: ChannelReport, now: number): string {
  const { name, way, on, waiting, sent, lastSentAt, problem, lost } = channel;
  const last = lastSentAt === undefined ? '' : `, the last ${relative(lastSentAt, now)}`;
  const words = [
    `${way}, on ${on.join(', ')}; ${sent} sent${last}`,
    ...(waiting === 0 ? [] : [`${waiting} things wait`]),
    ...(lost === 0 ? [] : [`${lost} given up on`]),
    ...(problem === undefined ? [] : [`does not arrive: ${problem}`]),
  ];
  return wrap(`${name}: `, words.join('; '));
}
