import { readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freeswitchLayout } from '../pbx/freeswitch/layout.ts';
import { misused } from './args.ts';
import { apply } from './install/apply.ts';
import type { Change, Part, Plan, Refusal, Wish } from './install/change.ts';
import { disk } from './install/disk.ts';
import { hideSecrets } from './install/hide.ts';
import { InstallError } from './install/install-error.ts';
import { KINDS, readManifest, type Kind, type Manifest } from './install/manifest.ts';
import { person as terminalPerson, type Person } from './install/person.ts';
import { planAsterisk } from './install/plan-asterisk.ts';
import { planFreepbx } from './install/plan-freepbx.ts';
import { planFreeswitch } from './install/plan-freeswitch.ts';
import { planFusionpbx } from './install/plan-fusionpbx.ts';
import { commandText, runCommand } from './install/reload.ts';
import { restored } from './install/restore.ts';
import { secretsIn } from './install/secrets.ts';
import { planJson, planText, refusalText, reloadText } from './install/show.ts';
import { fail, json, type Output } from './output.ts';
import { packageFolder } from './version.ts';

const HELP = `ghostgate install asterisk|freepbx|freeswitch|fusionpbx [OPTIONS]

Shows, then writes, everything the PBX needs: Ghostgate's user with the least
rights, the list of bans, the secret mark, and the gate in front of every context
that strangers reach. What it does not understand it refuses, with the place and
what to do by hand; then nothing is written at all. Run again, it changes only
what is missing. ghostgate uninstall brings everything back, byte for byte.

Options:
  --dry-run         shows the diff, touches nothing
  --yes             does not ask
  --reload          makes the PBX read it; without, the commands are printed
  --without PART    leaves out gate, acl or token; may be repeated
  --gate-context C  puts the gate before this context too; may be repeated
  --etc DIR         configuration of Asterisk (/etc/asterisk)
  --conf DIR        configuration of FreeSWITCH (found by itself)
  --config FILE     FusionPBX's own (/etc/fusionpbx/config.conf)
  --secrets DIR     what the policy names (/etc/ghostgate)
  --state DIR       backups and manifest (/var/lib/ghostgate/install)
  --json            the plan for a script; secrets are never shown

Examples:
  ghostgate install asterisk --dry-run
  ghostgate install freepbx --yes --reload
  ghostgate install asterisk --gate-context from-carrier
  ghostgate install freeswitch --conf /usr/local/freeswitch/conf

Exit codes: 0 done or nothing to do, 1 refused or failed, 2 usage, or nobody
said yes`;

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
    const { plan, folder } = planned(asked, { ...asked, secrets }, earlier);
    const hide = hideSecrets(Object.values(secrets));
    const isNew = plan.changes.some(({ now, after }) => now !== after);
    const write = async (): Promise<number> => {
      apply(plan, earlier, { kind: asked.kind, folder, state: asked.state });
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

interface Asked extends Omit<Wish, 'secrets'> {
  readonly kind: Kind;
  readonly state: string;
  /** Given, not found. */
  readonly conf: string | undefined;
  readonly config: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly reload: boolean;
  readonly json: boolean;
}

const PARTS: readonly Part[] = ['gate', 'acl', 'token'];

function readArgs(args: string[], out: Output): Asked | number {
  let read;
  try {
    read = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(out, 'install', error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = read;
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  const kind = KINDS.find((each) => each === positionals[0]);
  if (kind === undefined || positionals.length > 1)
    return misused(out, 'install', `say which PBX: ${KINDS.join(', ')}`);
  const without = (values.without ?? []).flatMap((words) => words.split(','));
  const strange = without.find((word) => !PARTS.some((part) => part === word));
  if (strange !== undefined)
    return misused(out, 'install', `--without takes ${PARTS.join(', ')}, not ${strange}`);
  return {
    kind,
    folder: resolve(values.etc ?? '/etc/asterisk'),
    conf: values.conf === undefined ? undefined : resolve(values.conf),
    config: resolve(values.config ?? '/etc/fusionpbx/config.conf'),
    secretsFolder: resolve(values.secrets ?? '/etc/ghostgate'),
    state: resolve(values.state ?? '/var/lib/ghostgate/install'),
    without: PARTS.filter((part) => without.includes(part)),
    gateContexts: values['gate-context'] ?? [],
    shipped: (path) => readFileSync(join(packageFolder() ?? '.', 'dialplan', path), 'latin1'),
    dryRun: values['dry-run'] === true,
    yes: values.yes === true,
    reload: values.reload === true,
    json: values.json === true,
  };
}

const OPTIONS = {
  etc: { type: 'string' },
  conf: { type: 'string' },
  config: { type: 'string' },
  secrets: { type: 'string' },
  state: { type: 'string' },
  without: { type: 'string', multiple: true },
  'gate-context': { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  reload: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The plan, with what an earlier install wrote and this one does without taken back. */
function planned(
  asked: Asked,
  wish: Wish,
  earlier: Manifest | undefined,
): { plan: Plan; folder: string } {
  const { kind, state } = asked;
  const { plan, folder } = planOf(asked, wish);
  if (earlier !== undefined && earlier.folder !== folder) {
    const hint = `ghostgate uninstall ${kind} first, or --state with another folder`;
    throw new InstallError(`${state} remembers an install in ${earlier.folder}`, hint);
  }
  const wanted = new Set(plan.changes.map(({ path }) => path));
  const changes: Change[] = [];
  const refusals: Refusal[] = [];
  for (const entry of (earlier?.files ?? []).filter(({ path }) => !wanted.has(path))) {
    const { path, style, keeper } = entry;
    const back = restored(entry, join(state, kind, 'files'));
    if ('refused' in back) refusals.push({ where: path, what: back.refused, hint: back.hint });
    else
      changes.push({
        path,
        style,
        keeper,
        owner: 'kept',
        why: 'no longer wanted',
        now: back.now,
        before: back.text,
        after: back.text,
      });
  }
  return {
    folder,
    plan: {
      ...plan,
      changes: [...plan.changes, ...changes],
      refusals: [...plan.refusals, ...refusals],
    },
  };
}

function planOf({ kind, conf, config }: Asked, wish: Wish): { plan: Plan; folder: string } {
  if (kind === 'asterisk') return { plan: planAsterisk(disk, wish), folder: wish.folder };
  if (kind === 'freepbx') return { plan: planFreepbx(disk, wish), folder: wish.folder };
  const layout = freeswitchLayout(disk, conf);
  if (kind === 'fusionpbx') {
    return { plan: planFusionpbx(disk, config, layout, wish), folder: posix.dirname(config) };
  }
  const folder = layout?.folder ?? conf ?? '/etc/freeswitch';
  return { plan: planFreeswitch(disk, layout, { ...wish, folder }), folder };
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

function counted({ changes }: Plan): string {
  const count = changes.filter(({ now, after }) => now !== after).length;
  return count === 1 ? 'one file' : `${count} files`;
}
