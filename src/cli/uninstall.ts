import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { misused } from './args.ts';
import { unifiedDiff } from './install/diff.ts';
import { disk, ownershipFor, removeEmptyFolder, removeFile, writeWhole } from './install/disk.ts';
import { hideSecrets } from './install/hide.ts';
import { InstallError } from './install/install-error.ts';
import {
  KINDS,
  readManifest,
  writeManifest,
  type Entry,
  type Kind,
  type Manifest,
  type RowEntry,
} from './install/manifest.ts';
import { openTable } from './install/open-table.ts';
import { person as terminalPerson, type Person } from './install/person.ts';
import { commandText, runCommand } from './install/reload.ts';
import { restored, type Restored } from './install/restore.ts';
import { restoredRow, type RestoredRow } from './install/restore-row.ts';
import { rowPath } from './install/row.ts';
import { coloured, reloadText } from './install/show.ts';
import { fail, json, type Output } from './output.ts';

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
    const works = manifests.map((manifest) => workOf(manifest, asked));
    if (works.length === 0) {
      if (asked.json) json(out, { installs: [] });
      else out.out(`nothing is installed, as far as ${asked.state} remembers`);
      return 0;
    }
    if (!asked.json) for (const work of works) out.out(workText(work, out));
    let code = works.some((work) => partsOf(work).some(({ back }) => 'refused' in back)) ? 1 : 0;
    const agreed = asked.dryRun || asked.yes || (await person.agrees('\nRestore all of this?'));
    if (agreed === undefined)
      return fail(out, 2, 'nothing was restored: nobody is there to ask', 'the same with --yes');
    if (!agreed) return fail(out, 2, 'nothing was restored');
    for (const work of asked.dryRun ? [] : works) {
      const password = passwordOf(work.manifest);
      restore(work, asked.state);
      code = Math.max(code, await reloaded(asked, work.manifest, password, out));
    }
    if (asked.json) json(out, { installs: works.map(workJson), restored: !asked.dryRun });
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

/** What is to become of one install. */
interface Work {
  readonly manifest: Manifest;
  readonly files: readonly { entry: Entry; back: Restored }[];
  readonly rows: readonly { entry: RowEntry; back: RestoredRow }[];
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

/** Those that name our files come first: nothing may name a file that is gone. */
function workOf(manifest: Manifest, { state, reload }: Asked): Work {
  const backups = join(state, manifest.kind, 'files');
  const files = manifest.files.toReversed().map((entry) => {
    const back = restored(entry, backups);
    const isNew = manifest.files.some(({ path }) => path.endsWith('/event_socket.conf.xml'));
    if (reload || !isNew || !isPassword(manifest, entry) || 'refused' in back) {
      return { entry, back };
    }
    // The running FreeSWITCH has this password until it reads its old one, and no other way in.
    const done =
      'stays: fs_cli -p needs it until FreeSWITCH reads its old password; then remove it';
    return { entry, back: { done, now: back.now, text: back.now } };
  });
  const rows = (manifest.rows ?? []).map((entry) => ({
    entry,
    back: restoredRow(entry, () => openTable(entry.config)),
  }));
  return { manifest, files, rows };
}

/** All that comes back, in the order in which it does. */
function partsOf({ files, rows }: Work): { path: string; back: Restored }[] {
  return [
    ...rows.map(({ entry, back }) => ({ path: rowPath(entry.row.dialplan_uuid ?? ''), back })),
    ...files.map(({ entry, back }) => ({ path: entry.path, back })),
  ];
}

function isPassword({ kind }: Manifest, { path }: Entry): boolean {
  return kind === 'freeswitch' && path.endsWith('/esl.password');
}

/** What the running FreeSWITCH asks of fs_cli. */
function passwordOf(manifest: Manifest): string | undefined {
  const entry = manifest.files.find((each) => isPassword(manifest, each));
  return entry === undefined ? undefined : disk.read(entry.path)?.trim();
}

function restore({ manifest, files, rows }: Work, state: string): void {
  const kept = rows.filter(({ back }) => 'refused' in back).map(({ entry }) => entry);
  for (const { entry, back } of rows) {
    // One that cannot be deleted stops everything: the manifest still knows of it.
    if (back.change !== undefined) openTable(entry.config).write([back.change]);
  }
  const left: Entry[] = [];
  for (const { entry, back } of files) {
    if ('refused' in back) {
      left.unshift(entry);
      continue;
    }
    try {
      if (back.text === undefined) removeFile(entry.path);
      else if (back.text !== back.now) {
        writeWhole(entry.path, back.text, ownershipFor(entry.path, 'kept', manifest.folder));
      }
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new InstallError(
        `stopped at ${entry.path}: ${why}`,
        'mend that, then run ghostgate uninstall again',
        { cause },
      );
    }
  }
  for (const folder of manifest.folders.toReversed()) removeEmptyFolder(folder);
  if (left.length > 0 || kept.length > 0)
    return writeManifest(state, { ...manifest, files: left, rows: kept });
  rmSync(join(state, manifest.kind), { recursive: true });
  removeEmptyFolder(state);
}

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

/** Endpoints must let go of our contexts before those are gone; last, what the gate looked up. */
function reloadOf({ kind, reload }: Manifest): (readonly string[])[] {
  const isAsterisk = kind === 'asterisk' || kind === 'freepbx';
  const forget = ['asterisk', '-rx', 'database deltree ghostgate'];
  // FreeSWITCH's socket comes last both ways, for it cuts fs_cli off.
  return isAsterisk ? [...reload.toReversed(), forget] : [...reload];
}

function workText(work: Work, out: Output): string {
  const lines = partsOf(work).map(({ path, back }) => {
    if (!('refused' in back)) return `${path}: ${back.done}`;
    const diff = unifiedDiff(path, back.now, back.before, hideSecrets([]));
    return `${path}: left as it is: ${back.refused}\n  Try: ${back.hint}\n${coloured(diff, out)}`;
  });
  return lines.join('\n');
}

function workJson(work: Work): Record<string, unknown> {
  const { manifest } = work;
  return {
    kind: manifest.kind,
    folder: manifest.folder,
    files: partsOf(work).map(({ path, back }) => ({
      path,
      ...('refused' in back ? { refused: back.refused, hint: back.hint } : { done: back.done }),
    })),
    reload: reloadOf(manifest),
  };
}
