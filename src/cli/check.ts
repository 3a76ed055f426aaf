import { parseArgs } from 'node:util';
import { versionUnder } from '../daemon/base-shelf.ts';
import { policySchema } from '../policy/json-schema.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { problemText } from '../policy/problem.ts';
import { samplePolicy } from '../policy/sample.ts';
import { openApi } from '../web/openapi.ts';
import type { Output } from './output.ts';
import { fail, json } from './output.ts';
import { wrap } from './text.ts';
import { packageVersion } from './version.ts';

const HELP = `ghostgate check FILE

Reads a policy as run would, with what it extends and the secrets it names, and
says everything that is wrong with it: file:line:column, what, and what to do.
Touches nothing.

Options:
  -p, --policy FILE   the same as FILE alone
      --json          machine-readable
      --print-sample  writes a policy with every key explained, to begin from
      --print-schema  writes the JSON Schema of the policy, for editors
      --print-openapi writes the OpenAPI document of the page's API

Examples:
  ghostgate check /etc/ghostgate/policy.yaml
  ghostgate check --print-sample > policy.yaml

Exit codes: 0 good, 1 mistakes found, 2 usage`;

/** Checks a policy; resolves with the exit code. */
export async function check(args: string[], out: Output): Promise<number> {
  let read;
  try {
    read = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return usage(out, error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = read;
  const files = [...(values.policy ?? []), ...positionals];
  if (values.help === true) out.out(HELP);
  else if (values['print-sample'] === true) out.out(samplePolicy().trimEnd());
  else if (values['print-schema'] === true) json(out, policySchema());
  else if (values['print-openapi'] === true) json(out, openApi(packageVersion()));
  else if (files.length === 1) return await checkFile(files[0] ?? '', values.json === true, out);
  else return usage(out, files.length === 0 ? 'name the policy' : 'name one policy');
  return 0;
}

const OPTIONS = {
  policy: { type: 'string', short: 'p', multiple: true },
  json: { type: 'boolean' },
  'print-sample': { type: 'boolean' },
  'print-schema': { type: 'boolean' },
  'print-openapi': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function checkFile(file: string, asJson: boolean, out: Output): Promise<number> {
  const loaded = await loadPolicy(file);
  const problems = 'problems' in loaded ? loaded.problems : [];
  if (asJson) json(out, { file, good: problems.length === 0, problems });
  else if ('policy' in loaded) out.out(wrap('', `${file} is good: ${summary(loaded.policy)}`));
  else {
    for (const problem of problems) out.err(problemText(problem));
    out.err(`${counted(problems.length, 'mistake')} in ${file}`);
  }
  return problems.length === 0 ? 0 : 1;
}

function summary({ site, mode, pbxs, trunks, trust, rules, enforce, baseFile }: Policy): string {
  const off = Object.values(rules).filter((rule) => rule === undefined).length;
  return [
    `site ${site}`,
    `mode ${mode}`,
    counted(pbxs.length, 'PBX', 'PBXs'),
    counted(trunks.length, 'trunk'),
    counted(trust.networks.length, 'trusted network'),
    `${counted(Object.keys(rules).length - off, 'rule')}${off === 0 ? '' : ` (${off} off)`}`,
    `bans go to ${enforce.map(({ kind }) => kind).join(', ')}`,
    ...(baseFile === undefined ? [] : [baseWords(versionUnder(baseFile))]),
  ].join(', ');
}

function baseWords(version: number): string {
  return version === 0
    ? "nothing of the fleet's lies under it yet"
    : `version ${version} of the fleet lies under it`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function usage(out: Output, error: string): number {
  return fail(out, 2, `check: ${error}`, 'ghostgate check /etc/ghostgate/policy.yaml');
}
