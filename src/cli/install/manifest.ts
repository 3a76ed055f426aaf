import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Change, Style } from './change.ts';
import { disk, writeWhole } from './disk.ts';
import { InstallError } from './install-error.ts';
import { isRow, type Row } from './row.ts';

export type Kind = 'asterisk' | 'freepbx' | 'freeswitch' | 'fusionpbx';

export const KINDS: readonly Kind[] = ['asterisk', 'freepbx', 'freeswitch', 'fusionpbx'];

/** One file that was touched, with what it takes to bring it back. */
export interface Entry {
  readonly path: string;
  readonly style: Style;
  readonly keeper: Change['keeper'];
  /** Name in the folder of backups; undefined: the file was not there before. */
  readonly backup?: string | undefined;
  /** sha256 in hex of the file before us, undefined without one, and as we left it. */
  readonly before?: string | undefined;
  readonly after: string;
}

/** One row that was put into FusionPBX's database. */
export interface RowEntry {
  /** FusionPBX's config.conf, which says how the database is reached. */
  readonly config: string;
  /** As we left it. */
  readonly row: Row;
}

/** What was installed: the memory of `uninstall`. */
export interface Manifest {
  readonly version: 1;
  readonly kind: Kind;
  readonly folder: string;
  readonly files: readonly Entry[];
  /** Undefined: none, or written before there were any. */
  readonly rows?: readonly RowEntry[] | undefined;
  /** Folders that were made, the outermost first. */
  readonly folders: readonly string[];
  readonly reload: readonly (readonly string[])[];
}

/** Undefined when nothing of this kind is installed. Throws InstallError when it cannot be understood. */
export function readManifest(state: string, kind: Kind): Manifest | undefined {
  const path = join(state, kind, 'manifest.json');
  const text = disk.read(path);
  if (text === undefined) return undefined;
  const hint = `mend it, or take Ghostgate’s text out by hand: grep -rl 'BEGIN ghostgate'`;
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'));
  } catch (cause) {
    throw new InstallError(`${path} cannot be read`, hint, { cause });
  }
  if (!isManifest(read)) throw new InstallError(`${path} is not of this version`, hint);
  return read;
}

export function writeManifest(state: string, manifest: Manifest): void {
  const text = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`, 'utf8').toString(
    'latin1',
  );
  writeWhole(join(state, manifest.kind, 'manifest.json'), text, ROOT_ONLY);
}

/** Backups hold the secrets of others. */
export const ROOT_ONLY = {
  mode: 0o600,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
} as const;

/** @param text latin1, as read from disk */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const {
    version,
    files,
    rows,
    folders,
    reload,
    folder,
  }: Partial<Record<keyof Manifest, unknown>> = value;
  const entries = Array.isArray(files) && files.every((each: unknown) => isEntry(each));
  return (
    version === 1 &&
    entries &&
    (rows === undefined ||
      (Array.isArray(rows) && rows.every((each: unknown) => isRowEntry(each)))) &&
    typeof folder === 'string' &&
    isTexts(folders) &&
    Array.isArray(reload) &&
    reload.every((each) => isTexts(each))
  );
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { path, style, after, backup, before }: Partial<Record<keyof Entry, unknown>> = value;
  const optional = before === undefined || typeof before === 'string';
  const safe =
    backup === undefined || (typeof backup === 'string' && /^\d{1,6}-[\w.-]{1,200}$/.test(backup));
  return (
    typeof path === 'string' &&
    path.startsWith('/') &&
    typeof after === 'string' &&
    optional &&
    safe &&
    (style === 'conf' || style === 'xml' || style === 'plain')
  );
}

function isRowEntry(value: unknown): value is RowEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { config, row }: Partial<Record<keyof RowEntry, unknown>> = value;
  if (typeof config !== 'string' || !config.startsWith('/')) return false;
  return isRow(row) && /^[0-9a-f-]{36}$/.test(row.dialplan_uuid ?? '');
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
