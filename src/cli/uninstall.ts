import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { misused } from './args.ts';
import { InstallError } from './install/install-error.ts';
import { KINDS, readManifest } from './install/manifest.ts';
import type { Kind, Manifest } from './install/manifest.ts';
import { person as terminalPerson } from './install/person.ts';
import type { Person } from './install/person.ts';
import { commandText, runCommand } from './install/reload.ts';
import { reloadText } from './install/show.ts';
import { restore } from './install/undo-apply.ts';
import { undoJson, undoText } from './install/undo-text.ts';
import { partsOf, passwordOf, reloadOf, undoOf } from './install/undo.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';

const HELP = `ghostgate uninstall [asterisk|freepbx|freeswitch|fusionpbx] [OPTIONS]

Brings every file that ghostgate install touched back, byte for byte, and
removes those it made, the secrets among them. A file that somebody else changed
since is not overwritten: Ghostgate's own text is taken out of it if nobody
touched that; else it stays as it is, with the difference shown, and the others
are restored. The row in FusionPBX's database is deleted, unless somebody else
changed it. Stop ghostgate run first.

Options:
  --dry-run    says what would become of each file, touches nothing
  --yes        does not ask
  --reload     makes the PBX read it; without, the commands are printed
  --state DIR  backups and manifest (/var/lib/ghostgate/install)
  --json       machine-readable

Examples:
  ghostgate uninstall --dry-run
  ghostgate uninstall asterisk --yes --reload

Exit codes: 0 done or nothing to do, 1 a file was left as it is, or failed,
2 usage, or nobody said yes`;

/** `ghostgate uninstall`; resolves with the exit code. */
export async function uninstall(
  args: string[],
  out: Output,
  person: Person = terminalPerson,
): Promise<number> {
  const asked = readArgs(args, out);
  if (typeof asked === 'number') return asked;
  try {
    const manifests = asked.kinds.flatMap((kind) => readManifest(asked.state, kind) ?? []);
    const undos = manifests.map((manifest) => undoOf(manifest, asked));
    if (undos.length === 0) {
      if (asked.json) json(out, { installs: [] });
      else out.out(`nothing is installed, as far as ${asked.state} remembers`);
      return 0;
    }
    if (!asked.json) for (const undo of undos) out.out(undoText(undo, out));
    let code = undos.some((undo) => partsOf(undo).some(({ back }) => 'refused' in back)) ? 1 : 0;
    const agreed = asked.dryRun || asked.yes || (await person.agrees('\nRestore all of this?'));
    if (agreed === undefined)
      return fail(out, 2, 'nothing was restored: nobody is there to ask', 'the same with --yes');
    if (!agreed) return fail(out, 2, 'nothing was restored');
    for (const undo of asked.dryRun ? [] : undos) {
      const password = passwordOf(undo.manifest);
      restore(undo, asked.state);
      code = Math.max(code, await reloaded(asked, undo.manifest, password, out));
    }
    if (asked.json) json(out, { installs: undos.map(undoJson), restored: !asked.dryRun });
    return code;
  } catch (error) {
    if (error instanceof InstallError) return fail(out, 1, error.message, error.hint);
    throw error;
  }
}

interface Asked {
  readonly kinds: readonly Kind[];
  readonly state: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly reload: boolean;
  readonly json: boolean;
}

function readArgs(args: string[], out: Output): Asked | number {
  let read;
  try {
    read = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(out, 'uninstall', error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = read;
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  const kinds =
    positionals.length === 0 ? KINDS : KINDS.filter((kind) => positionals.includes(kind));
  if (positionals.length > 1 || kinds.length === 0) {
    return misused(out, 'uninstall', `say which PBX, or none for all: ${KINDS.join(', ')}`);
  }
  return {
    kinds,
    state: resolve(values.state ?? '/var/lib/ghostgate/install'),
    dryRun: values['dry-run'] === true,
    yes: values.yes === true,
    reload: values.reload === true,
    json: values.json === true,
  };
}

const OPTIONS = {
  state: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  reload: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function reloaded(
  asked: Asked,
  manifest: Manifest,
  password: string | undefined,
  out: Output,
): Promise<number> {
  const commands = reloadOf(manifest);
  if (!asked.reload) {
    if (!asked.json && commands.length > 0) out.out(`\nRestored. ${reloadText(commands)}`);
    return 0;
  }
  for (const command of commands) {
    const [program = '', ...args] = command;
    // Void after the last of them, so that it may be seen in the list of processes.
    const words = password === undefined ? command : [program, '-p', password, ...args];
    const wrong = await runCommand(words);
    if (wrong !== undefined)
      return fail(out, 1, `restored, but not read: ${wrong}`, commandText(command));
  }
  return 0;
}
