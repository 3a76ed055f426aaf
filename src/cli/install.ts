import { apply } from './install/apply.ts';
import type { Plan } from './install/change.ts';
import { hideSecrets } from './install/hide.ts';
import { InstallError } from './install/install-error.ts';
import { readManifest } from './install/manifest.ts';
import { person as terminalPerson, type Person } from './install/person.ts';
import { planned } from './install/planned.ts';
import { commandText, runCommand } from './install/reload.ts';
import { moving } from './install/row.ts';
import { secretsIn } from './install/secrets.ts';
import { planJson, planText, refusalText, reloadText } from './install/show.ts';
import { readArgs, type Asked } from './install/wanted.ts';
import { fail, json, type Output } from './output.ts';

/** `ghostgate install KIND`; resolves with the exit code. */
export async function install(
  args: string[],
  out: Output,
  person: Person = terminalPerson,
): Promise<number> {
  const asked = readArgs(args, out);
  if (typeof asked === 'number') return asked;
  try {
    const secrets = secretsIn(asked.secretsFolder);
    const earlier = readManifest(asked.state, asked.kind);
    const { plan, folder, like } = planned(asked, { ...asked, secrets }, earlier);
    const hide = hideSecrets([...Object.values(secrets), ...secretTexts(plan)]);
    const isNew =
      plan.changes.some(({ now, after }) => now !== after) || moving(plan.rows).length > 0;
    const write = async (): Promise<number> => {
      const { kind, state, config } = asked;
      apply(plan, earlier, { kind, folder, like, state, config });
      return isNew ? await reloaded(asked, plan, out) : 0;
    };
    if (plan.refusals.length > 0) return refused(asked, plan, hide, out);
    if (asked.json) {
      const writes = !asked.dryRun && asked.yes;
      const code = writes ? await write() : 0;
      json(out, { ...planJson(plan, hide), written: writes && isNew });
      return code !== 0 || asked.dryRun || asked.yes ? code : saysYes(out);
    }
    if (!isNew) {
      if (!asked.dryRun) await write();
      out.out(`already installed: nothing to change in ${folder}`);
      return 0;
    }
    out.out(planText(plan, hide, out));
    if (asked.dryRun) return 0;
    const agreed = asked.yes || (await person.agrees(`\nWrite this to ${counted(plan)}?`));
    if (agreed === undefined) return saysYes(out);
    if (!agreed) return fail(out, 2, 'nothing was written');
    return await write();
  } catch (error) {
    if (error instanceof InstallError) return fail(out, 1, error.message, error.hint);
    throw error;
  }
}

/** A password that the PBX has already is no more for other eyes than one that was made here. */
function secretTexts({ changes }: Plan): string[] {
  return changes.flatMap(({ owner, after }) =>
    owner === 'secret' && after !== undefined ? [after.trim()] : [],
  );
}

function refused(
  { json: asJson }: Asked,
  plan: Plan,
  hide: (line: string) => string,
  out: Output,
): number {
  if (asJson) json(out, { ...planJson(plan, hide), written: false });
  else for (const refusal of plan.refusals) out.err(refusalText(refusal));
  if (!asJson) out.err('Nothing was written.');
  return 1;
}

async function reloaded({ reload, json: asJson }: Asked, plan: Plan, out: Output): Promise<number> {
  if (!reload) {
    if (!asJson)
      out.out(`\nWritten.${plan.reload.length === 0 ? '' : ` ${reloadText(plan.reload)}`}`);
    return 0;
  }
  for (const command of plan.reload) {
    const wrong = await runCommand(command);
    if (wrong !== undefined)
      return fail(out, 1, `written, but not read: ${wrong}`, commandText(command));
  }
  if (!asJson) out.out('\nWritten, and read by the PBX.');
  return 0;
}

function saysYes(out: Output): number {
  return fail(out, 2, 'nothing was written: nobody is there to ask', 'the same with --yes');
}

function counted({ changes, rows }: Plan): string {
  const files = changes.filter(({ now, after }) => now !== after).length;
  return [...some(files, 'file'), ...some(moving(rows).length, 'row')].join(' and ');
}

function some(count: number, what: string): string[] {
  return count === 0 ? [] : [count === 1 ? `one ${what}` : `${count} ${what}s`];
}
