import { loadPolicy } from '../policy/load.ts';
import { problemText } from '../policy/problem.ts';
import { type Asker, terminalAsker } from './init/asker.ts';
import { answered, type Missing } from './init/answers.ts';
import type { Choices } from './init/choices.ts';
import { look } from './init/look.ts';
import { type Machine, thisMachine } from './init/machine.ts';
import { nextSteps } from './init/next.ts';
import { whichPbx } from './init/which-pbx.ts';
import { policyText } from './init/policy-text.ts';
import { prepare, secretsFor } from './init/prepare.ts';
import { foundText, stepsText } from './init/show.ts';
import { type Asked, readArgs } from './init/wanted.ts';
import { freePlace, writeNew } from './init/write.ts';
import { InstallError } from './install/install-error.ts';
import { fail, json, type Output } from './output.ts';
import { packageVersion } from './version.ts';

/** For tests: who answers, and the machine that is looked at. */
export interface InitParts {
  readonly asker?: Asker;
  readonly machine?: Machine;
}

/** `ghostgate init`; resolves with the exit code. */
export async function init(args: string[], out: Output, parts: InitParts = {}): Promise<number> {
  const asked = readArgs(args, out);
  if (typeof asked === 'number') return asked;
  const { machine = thisMachine(), asker = terminalAsker() } = parts;
  const person = asker.isThere && !asked.yes && !asked.dryRun && !asked.json ? asker : undefined;
  try {
    return await begin(asked, machine, person, out);
  } catch (error) {
    if (error instanceof InstallError) return fail(out, 1, error.message, error.hint);
    // Ctrl-C or Ctrl-D instead of an answer.
    if (error instanceof Error && error.name === 'AbortError')
      return fail(out, 2, 'nothing was written');
    throw error;
  }
}

async function begin(
  asked: Asked,
  machine: Machine,
  person: Asker | undefined,
  out: Output,
): Promise<number> {
  const pbx = await whichPbx(machine.files, asked, person);
  if ('missing' in pbx) return lacking(pbx, out);
  const found = await look(machine, pbx);
  if (!asked.json && !asked.dryRun) out.out(foundText(found, out));
  if (person === undefined && !asked.yes && !asked.dryRun) {
    const hint = 'the same with --yes, which takes what was found, or --dry-run';
    return fail(out, 2, 'nothing was written: nobody is there to ask', hint);
  }
  const answers = await answered(found, asked, machine, person);
  if ('missing' in answers) return lacking(answers, out);
  if (asked.dryRun) return dry(answers, asked, out);
  const place = freePlace(asked.policy);
  if (place === undefined) {
    const hint = `move one of them away, or --out with another file`;
    return fail(out, 2, `${asked.policy} and ${asked.policy}.new are there already`, hint);
  }
  if (place.isBeside && !asked.json) {
    out.out(`\n${asked.policy} is there already and is left as it is.`);
  }
  if (place.isBeside && person && !(await person.agrees(`Write ${place.path} beside it?`, true)))
    return fail(out, 2, 'nothing was written');

  return await write(
    { asked, machine, person, answers, place: place.path, notes: found.notes },
    out,
  );
}

interface Writing {
  readonly asked: Asked;
  readonly machine: Machine;
  readonly person: Asker | undefined;
  readonly answers: Choices;
  readonly place: string;
  readonly notes: readonly string[];
}

/** Prepares the PBX where that is wanted, then writes the policy: it says what the PBX has. */
async function write(writing: Writing, out: Output): Promise<number> {
  const { asked, machine, person, answers, place, notes } = writing;
  const { pbx, trunks, networks, phones, site } = answers;
  const question = '\nPrepare the PBX now? The diff is shown first.';
  const wanted = asked.install ?? (await person?.agrees(question, true)) ?? false;
  const kept = keeper();
  const code = wanted ? await prepare(pbx, asked, asked.json ? kept : out) : undefined;
  const installed = code === 0;
  writeNew(secretsFor(pbx, asked));
  const text = policyText({ ...answers, gate: installed }, packageVersion());
  writeNew([{ path: place, text }]);

  const loaded = await loadPolicy(place);
  const problems = 'problems' in loaded ? loaded.problems : [];
  const service = machine.files.read(UNIT) !== undefined;
  const next = nextSteps({
    kind: pbx.kind,
    written: place,
    policy: asked.policy,
    installed,
    service,
  });
  if (asked.json) {
    const report = { site, pbx, policy: place, trunks, networks, phones, notes, installed };
    json(out, { ...report, install: kept.said(), problems, next });
  } else {
    out.out(`\nWritten: ${place}, in mode observe.`);
    for (const problem of problems) out.err(problemText(problem));
    out.out(stepsText(next, out));
  }
  return problems.length > 0 || (wanted && !installed) ? 1 : 0;
}

/** The package's unit (packaging/deb). */
const UNIT = '/usr/lib/systemd/system/ghostgate.service';

function dry(answers: Choices, asked: Asked, out: Output): number {
  const text = policyText(answers, packageVersion());
  if (asked.json) json(out, { ...answers, policy: text });
  else out.out(text.trimEnd());
  return 0;
}

function lacking({ missing, hint }: Missing, out: Output): number {
  return fail(out, 2, missing, hint);
}

/** What another command prints, kept for the report of this one. */
function keeper(): Output & { said(): unknown } {
  let kept = '';
  const keep = (text: string): void => void (kept += `${text}\n`);
  return {
    out: keep,
    err: keep,
    said() {
      if (kept === '') return undefined;
      try {
        return JSON.parse(kept);
      } catch {
        return kept.trim();
      }
    },
  };
}
