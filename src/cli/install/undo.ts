import { join } from 'node:path';
import { disk } from './disk.ts';
import type { Entry, Manifest, RowEntry } from './manifest.ts';
import { openTable } from './open-table.ts';
import { restoredRow } from './restore-row.ts';
import type { RestoredRow } from './restore-row.ts';
import { restored } from './restore.ts';
import type { Restored } from './restore.ts';
import { rowPath } from './row.ts';

/** What is to become of one install. */
export interface Undo {
  readonly manifest: Manifest;
  readonly files: readonly { entry: Entry; back: Restored }[];
  readonly rows: readonly { entry: RowEntry; back: RestoredRow }[];
}

export interface UndoOptions {
  /** Folder of backups and manifests. */
  readonly state: string;
  /** The PBX is made to read what comes back at once. */
  readonly reload: boolean;
}

/** Those that name our files come first: nothing may name a file that is gone. */
export function undoOf(manifest: Manifest, { state, reload }: UndoOptions): Undo {
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
export function partsOf({ files, rows }: Undo): { path: string; back: Restored }[] {
  return [
    ...rows.map(({ entry, back }) => ({ path: rowPath(entry.row.dialplan_uuid ?? ''), back })),
    ...files.map(({ entry, back }) => ({ path: entry.path, back })),
  ];
}

function isPassword({ kind }: Manifest, { path }: Entry): boolean {
  return kind === 'freeswitch' && path.endsWith('/esl.password');
}

/** What the running FreeSWITCH asks of fs_cli. */
export function passwordOf(manifest: Manifest): string | undefined {
  const entry = manifest.files.find((each) => isPassword(manifest, each));
  return entry === undefined ? undefined : disk.read(entry.path)?.trim();
}

/** Endpoints must let go of our contexts before those are gone; last, what the gate looked up. */
export function reloadOf({ kind, reload }: Manifest): (readonly string[])[] {
  const isAsterisk = kind === 'asterisk' || kind === 'freepbx';
  const forget = ['asterisk', '-rx', 'database deltree ghostgate'];
  // FreeSWITCH's socket comes last both ways, for it cuts fs_cli off.
  return isAsterisk ? [...reload.toReversed(), forget] : [...reload];
}
