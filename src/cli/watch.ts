import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { follow } from './follow.ts';
import type { Told } from './follow.ts';
import { fail, styled } from './output.ts';
import type { Output } from './output.ts';
import { pad } from './text.ts';
import { SORTS, createTeller } from './watch-lines.ts';
import type { Filter, Happening, Sort } from './watch-lines.ts';
import { noSuchPbx, watchOnScreen } from './watch-live.ts';
import { localTime } from './when.ts';

/** `ghostgate watch`: looks on. A screen on a terminal, a line for each happening elsewhere. */
export async function watch(
  args: string[],
  out: Output,
  isTerminal = process.stdout.isTTY && process.stdin.isTTY,
): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const only = sortsOf(asked.values['only']);
  if (typeof only === 'string') return misused(out, 'watch', only);
  const { pbx } = asked.values;
  const filter: Filter = { ...(pbx === undefined ? {} : { pbx }), ...(only && { only }) };
  const { socket } = asked;
  if (!asked.json && isTerminal) {
    return await watchOnScreen(socket, filter, out);
  }

  const tell = createTeller(filter);
  let isPbxKnown = true;
  const write = (told: Told): void => {
    if (told.kind === 'status' && pbx !== undefined) {
      isPbxKnown = told.status.pbxs.some(({ name }) => name === pbx);
      if (!isPbxKnown) following.close();
    }
    for (const happening of tell(told, Date.now())) {
      out.out(asked.json ? jsonLine(happening) : textLine(happening, out));
    }
  };
  const following = follow(socket, write);
  process.once('SIGINT', () => following.close());
  process.once('SIGTERM', () => following.close());
  process.stdout.once('error', () => following.close());
  const ended = await following.ended;
  if (!isPbxKnown) return noSuchPbx(pbx, out);
  return ended === undefined ? 0 : fail(out, ended.exit, ended.error, ended.hint);
}

const USAGE: Usage = {
  command: 'watch',
  options: ['pbx', 'only'],
  positionals: { least: 0, most: 0 },
  help: `ghostgate watch [--pbx NAME] [--only SORT,…] [--json] [--socket PATH]

Looks on: verdicts, bans, releases, notices and problems as they come. On a
terminal it is a screen with the health of links and enforcers and what the last
24 hours brought: q or Ctrl-C ends it, p holds it still. Elsewhere it is a line
for each, with --json a JSON object: {"at", "sort", "kind", …}. Of a flood some
40 verdicts are shown in a quarter of a second, and how many were left out.

  --pbx NAME   only this PBX
  --only SORT  only these: ${SORTS.join(', ')}

Examples:
  ghostgate watch
  ghostgate watch --pbx acme --only ban,reject
  ghostgate watch --json --only ban | jq -r .target

Exit codes: 0 ended by you, 1 the daemon said no, 2 usage, 3 no daemon`,
};

/** The sorts, or what is wrong with them. */
function sortsOf(written: string | undefined): ReadonlySet<Sort> | string | undefined {
  if (written === undefined) return undefined;
  const words = written.split(',').map((word) => word.trim());
  const sorts = words.flatMap((word) => SORTS.filter((sort) => sort === word));
  if (sorts.length === words.length) return new Set(sorts);
  const wrong = words.find((word) => !sorts.some((sort) => sort === word)) ?? '';
  return `--only takes ${SORTS.join(', ')}, not ${JSON.stringify(wrong)}`;
}

function jsonLine({ at, sort, json }: Happening): string {
  return JSON.stringify({ at, sort, ...json });
}

function textLine({ at, sort, text, style, pbx = '-' }: Happening, out: Output): string {
  const line = `${localTime(at, true)} ${pad(sort, 8)} ${pad(pbx, 6)} ${text}`;
  return style === undefined ? line : styled(out, style, line);
}
