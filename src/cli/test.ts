import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSmallFile } from '../policy/read-file.ts';
import { problemText } from '../policy/problem.ts';
import type { Policy } from '../policy/policy.ts';
import { readPolicyTests } from '../replay/policy-test.ts';
import { runCase } from '../replay/run-case.ts';
import type { Miss } from '../replay/run-case.ts';
import { misused } from './args.ts';
import { EXIT_NO } from './client.ts';
import { fail, json, styled } from './output.ts';
import type { Output } from './output.ts';
import { policyToTry } from './replay-policy.ts';
import { wrap } from './text.ts';

/** `ghostgate test [FILE…]`: do policies decide as their tests say? */
export async function test(args: string[], out: Output): Promise<number> {
  const asked = readTestArgs(args, out);
  if (typeof asked === 'number') return asked;
  const files = asked.files.length > 0 ? asked.files : await testsIn('.');
  if (files.length === 0) {
    return fail(out, EXIT_UNREADABLE, 'no *.test.yaml here', 'ghostgate test FILE…');
  }
  const policies = new Map<string, Policy | undefined>();
  const results: Result[] = [];
  for (const file of files) {
    const found = await testFile(file, policies, out);
    if (found === undefined) {
      return fail(out, EXIT_UNREADABLE, `${file} cannot be used`, 'correct what stands above');
    }
    results.push(...found);
    if (!asked.json) for (const result of found) out.out(resultText(result, out));
  }
  const failed = results.filter(({ misses }) => misses.length > 0).length;
  if (asked.json) json(out, { cases: results, failed });
  else out.out(`${results.length - failed} ok, ${failed} failed`);
  return failed === 0 ? 0 : EXIT_NO;
}

interface Result {
  readonly file: string;
  readonly name: string;
  readonly policy: string;
  readonly misses: readonly Miss[];
}

/** A test or policy that cannot be read says nothing about the policy. */
const EXIT_UNREADABLE = 3;
const MOST_BYTES = 4 * 1024 * 1024;

async function testFile(
  file: string,
  policies: Map<string, Policy | undefined>,
  out: Output,
): Promise<Result[] | undefined> {
  const read = await readSmallFile(file, MOST_BYTES);
  if ('mistake' in read) {
    out.err(`${file} ${read.mistake}`);
    return undefined;
  }
  const parsed = readPolicyTests(read.bytes.toString('utf8'), file);
  if ('problems' in parsed) {
    for (const problem of parsed.problems) out.err(problemText(problem));
    return undefined;
  }
  const results: Result[] = [];
  for (const one of parsed.tests.cases) {
    const path = policyPath(file, one.policy ?? parsed.tests.policy);
    if (!policies.has(path)) policies.set(path, (await policyToTry(path, false, out))?.policy);
    const policy = policies.get(path);
    if (policy === undefined) return undefined;
    results.push({ file, name: one.name, policy: path, misses: runCase(one, policy) });
  }
  return results;
}

/** The policy beside the test: `acme.test.yaml` is of `acme.yaml` unless it says otherwise. */
function policyPath(file: string, named: string | undefined): string {
  const usual = basename(file).replace(/(?:\.test)?\.yaml$/, '.yaml');
  const path = resolve(dirname(file), named ?? usual);
  return path === resolve(file) ? resolve(dirname(file), 'policy.yaml') : path;
}

async function testsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.test.yaml'))
    .toSorted()
    .map((name) => join(folder, name));
}

function resultText({ name, misses }: Result, out: Output): string {
  if (misses.length === 0) return `${styled(out, 'green', 'ok')}      ${name}`;
  return [
    `${styled(out, 'red', 'FAILED')}  ${name}`,
    ...misses.map(({ event, key, expected, got, why }) =>
      wrap(`        event ${event}, ${key}: `, `expected ${expected}, got ${got} (${why})`),
    ),
  ].join('\n');
}

function readTestArgs(
  args: string[],
  out: Output,
): { files: readonly string[]; json: boolean } | number {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      out.out(HELP);
      return 0;
    }
    return { files: positionals, json: values.json === true };
  } catch (error) {
    return misused(out, 'test', error instanceof Error ? error.message : String(error));
  }
}

const HELP = `ghostgate test [FILE…] [--json]

Runs policy tests: given these events, are these the verdicts? FILE is a
*.test.yaml beside its policy; all of this folder when none is named. Needs no
PBX, no daemon, no DNS and none of the policy's secrets.

policy: policy.yaml            # beside this file; may be left out
cases:
  - name: one stale password does not shut the office out
    world: { registered: [{ account: '201', address: 198.51.100.7 }] }
    events:
      - { kind: auth-failure, from: 198.51.100.7, account: '202', times: 12 }
    expect:
      - { answer: watch, rule: auth-failure, why: not shut out }

One expectation for each event, of its last repetition; only what is written is
compared. Keys of an event: kind, from, after, times, every, account, calling,
calling_name, called, user_agent, endpoint, context, proof, transport, pbx,
authenticated, injected. Of an expectation: answer, rule, why (a part of it),
target, quarantine, jail, shut_out (what the breaker says).

Examples:
  ghostgate test
  ghostgate test policies/*.test.yaml

Exit codes: 0 all as expected, 1 not all, 2 usage, 3 a file cannot be used`;
