import { parseArgs } from 'node:util';
import { aboutFile, ReplayError } from '../replay/lines.ts';
import { replay as replayFiles } from '../replay/replay.ts';
import type { Replayed } from '../replay/replay.ts';
import { EXIT_NO, EXIT_USAGE } from './client.ts';
import { misused } from './args.ts';
import { journalFiles } from './journal-files.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { progress } from './progress.ts';
import { policyToTry } from './replay-policy.ts';
import { replayText } from './replay-text.ts';
import { replayReport } from './replay-report.ts';

/** `ghostgate replay FILE…`: what a policy would have done, over history. */
export async function replay(args: string[], out: Output): Promise<number> {
  const asked = readReplayArgs(args, out);
  if (typeof asked === 'number') return asked;
  const one = await policyToTry(asked.policy, asked.resolve, out);
  if (one === undefined) return unusable(asked.policy, out);
  const { against } = asked;
  const other = against === undefined ? undefined : await policyToTry(against, asked.resolve, out);
  if (against !== undefined && other === undefined) return unusable(against, out);
  try {
    const files = (await Promise.all(asked.files.map(journalFiles))).flat();
    const sizes = await Promise.all(files.map(async (file) => (await aboutFile(file)).bytes));
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const bar = progress('Replaying', Math.max(1, total));
    const startedAt = performance.now();
    const replayed = await replayFiles(files, one, other, (bytes) => bar.at(bytes)).finally(() =>
      bar.end(),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const report = replayReport(replayed, { files, seconds, tried: one, against: other });
    if (asked.json) json(out, report);
    else out.out(replayText(report, out, asked.limit).join('\n'));
    return exitOf(replayed, asked.strict);
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    return fail(out, EXIT_UNREADABLE, error.message, error.hint);
  }
}

/** A file, or the policy, could not be read. */
const EXIT_UNREADABLE = 3;

function unusable(policy: string, out: Output): number {
  const hint = `ghostgate check ${policy}; or name another policy with --policy`;
  return fail(out, EXIT_UNREADABLE, `the policy ${policy} cannot be used`, hint);
}

/** Harm to somebody good is what a change of the policy must not do; --strict forbids any change. */
function exitOf({ tally, against }: Replayed, strict: boolean): number {
  if (against === undefined) return isHarm(tally) ? EXIT_NO : 0;
  if (strict && against.differences.total > 0) return EXIT_NO;
  const worse =
    against.tally.goodCallsLost > tally.goodCallsLost ||
    against.tally.goodSourcesBanned > tally.goodSourcesBanned;
  return worse ? EXIT_NO : 0;
}

function isHarm({ goodCallsLost, goodSourcesBanned }: Replayed['tally']): boolean {
  return goodCallsLost + goodSourcesBanned > 0;
}

interface ReplayArgs {
  readonly files: readonly string[];
  readonly policy: string;
  readonly against: string | undefined;
  readonly json: boolean;
  readonly strict: boolean;
  readonly resolve: boolean;
  readonly limit: number;
}

function readReplayArgs(args: string[], out: Output): ReplayArgs | number {
  let read;
  try {
    read = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(out, 'replay', error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = read;
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  if (positionals.length === 0) return misused(out, 'replay', 'name a file');
  const limit = values.limit ?? '100';
  if (!/^[1-9]\d{0,8}$/.test(limit)) {
    fail(out, EXIT_USAGE, `--limit takes a whole number, not ${JSON.stringify(limit)}`);
    return EXIT_USAGE;
  }
  return {
    files: positionals,
    policy: values.policy ?? '/etc/ghostgate/policy.yaml',
    against: values.against,
    json: values.json === true,
    strict: values.strict === true,
    resolve: values.offline !== true,
    limit: Number(limit),
  };
}

const OPTIONS = {
  policy: { type: 'string', short: 'p' },
  against: { type: 'string' },
  strict: { type: 'boolean' },
  offline: { type: 'boolean' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const HELP = `ghostgate replay FILE… [--policy FILE] [--against FILE] [--json]

Runs the judge over history and says who would have been shut out, when and why,
and which good calls would have been lost. Touches nothing, asks no PBX.

FILE is our own journal (a file of it, or its folder <store.path>/journal), a
capture, Asterisk's security or messages log (file or syslog form, chan_sip and
PJSIP) or freeswitch.log; gzip too. Dates without a zone are read in this
machine's: set TZ to the PBX's. Log evidence counts as forgeable, for senders
can write into logs: the end of the output says what a log alone cannot prove.

Options:
  -p, --policy FILE  the policy; /etc/ghostgate/policy.yaml when left out
      --against FILE another policy: shows what it would do differently
      --strict       with --against: any difference makes the exit code 1
      --offline      do not ask DNS for the names of trunks
      --limit N      rows of each table, 100 when left out
      --json         machine-readable

Examples:
  ghostgate replay /var/lib/ghostgate/journal
  TZ=Europe/Prague ghostgate replay /var/log/asterisk/messages-*.gz -p new.yaml
  ghostgate replay journal/ --policy old.yaml --against new.yaml

Exit codes: 0 nobody good is harmed (with --against: none more than before),
1 a good call would be lost or a good source shut out, 2 usage,
3 a file or policy cannot be read`;
