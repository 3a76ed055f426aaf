import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseNetwork } from '../event/source.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { DURATION_HINT, parseDuration } from '../policy/duration.ts';
import type { RulesPolicy } from '../policy/policy-rules.ts';
import { rulesFile } from '../policy/schema-rules.ts';
import { anonymiser } from '../replay/anonymise.ts';
import { exporter } from '../replay/export.ts';
import type { Part } from '../replay/export.ts';
import { newCounts, readHistory } from '../replay/history.ts';
import { ReplayError } from '../replay/lines.ts';
import { JOURNAL_FOLDER } from '../store/journal.ts';
import { misused } from './args.ts';
import { notAnAddress } from './ban.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';
import { journalFiles } from './journal-files.ts';
import { policyToTry } from './replay-policy.ts';

/** `ghostgate capture`: the journal of judged events, or part of it, on standard output. */
export async function capture(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readCaptureArgs(args, out, now);
  if (typeof asked === 'number') return asked;
  const tried =
    asked.policy === undefined ? undefined : await policyToTry(asked.policy, false, out);
  if (asked.policy !== undefined && tried === undefined) {
    return fail(out, EXIT_UNREADABLE, 'the policy has mistakes', `ghostgate check ${asked.policy}`);
  }
  const folder = tried?.policy.store.path ?? DEFAULT_FOLDER;
  const change = asked.anonymise
    ? anonymiser(randomBytes(32), tried?.policy.rules ?? usualRules())
    : undefined;
  try {
    const files = await journalFiles(asked.from ?? join(folder, JOURNAL_FOLDER));
    await write(files, asked.part, change, out);
    return 0;
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    return fail(out, EXIT_UNREADABLE, error.message, error.hint);
  }
}

/** The journal, or the policy that names its place, could not be read. */
const EXIT_UNREADABLE = 3;
const DEFAULT_FOLDER = '/var/lib/ghostgate';
/** Lines written at once. */
const BATCH = 500;

async function write(
  files: readonly string[],
  part: Part,
  change: ReturnType<typeof anonymiser> | undefined,
  out: Output,
): Promise<void> {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) out.out(lines.join('\n'));
    lines = [];
  };
  const take = exporter(part, (record) => {
    lines.push(JSON.stringify(change === undefined ? record : change(record)));
    if (lines.length >= BATCH) flush();
  });
  const counts = newCounts();
  for (const file of files) {
    await readHistory(file, { counts, record: (record) => take(record) });
  }
  flush();
}

function usualRules(): RulesPolicy {
  return compileRules(rulesFile.parse({}));
}

function readCaptureArgs(
  args: string[],
  out: Output,
  now: number,
):
  | {
      readonly anonymise: boolean;
      readonly policy: string | undefined;
      readonly from: string | undefined;
      readonly part: Part;
    }
  | number {
  let values;
  try {
    ({ values } = parseArgs({ args, options: OPTIONS }));
  } catch (error) {
    return misused(out, 'capture', error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  const seconds = values.last === undefined ? undefined : parseDuration(values.last);
  if (values.last !== undefined && seconds === undefined) {
    return misused(out, 'capture', `--last takes a time: ${DURATION_HINT}`);
  }
  const network = values.source === undefined ? undefined : parseNetwork(values.source);
  if (values.source !== undefined && network === undefined) {
    return misused(out, 'capture', notAnAddress(values.source));
  }
  return {
    anonymise: values.anonymise === true,
    policy: values.policy,
    from: values.from,
    part: {
      ...(seconds === undefined ? {} : { since: now - seconds * 1000 }),
      ...(network === undefined ? {} : { network }),
    },
  };
}

const OPTIONS = {
  anonymise: { type: 'boolean' },
  last: { type: 'string' },
  source: { type: 'string' },
  policy: { type: 'string', short: 'p' },
  from: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const HELP = `ghostgate capture [--anonymise] [--last TIME] [--source ADDR] > FILE

Writes the journal of judged events, or part of it, as JSON lines: for
\`ghostgate replay\`, or for a bug report. Run it as root where the daemon runs.

Options:
      --anonymise    addresses become reserved ones, names and numbers others of
                     the same shape, the same ones throughout; what the rules
                     look for stays. The key to it is thrown away
      --last TIME    only the last 30m, 24h or 7d, with the world as it was then
      --source ADDR  only this address or prefix
  -p, --policy FILE  where the store lies and what the rules look for; without
                     it /var/lib/ghostgate and the built-in rules
      --from PATH    another journal: a file or a folder

Examples:
  ghostgate capture --anonymise --last 24h > report.jsonl
  ghostgate capture --source 203.0.113.9 | gzip > one-source.jsonl.gz

Exit codes: 0 written, 2 usage, 3 the journal cannot be read`;
