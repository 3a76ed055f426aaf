import { createHash } from 'node:crypto';

/** What we write of FusionPBX's table of dialplans, in this order. */
export const COLUMNS = [
  'dialplan_uuid',
  'app_uuid',
  'domain_uuid',
  'hostname',
  'dialplan_context',
  'dialplan_name',
  'dialplan_number',
  'dialplan_destination',
  'dialplan_continue',
  'dialplan_order',
  'dialplan_enabled',
  'dialplan_description',
  'dialplan_xml',
] as const;

export type Column = (typeof COLUMNS)[number];

/** One row as text by column, latin1 as files are; null: nothing stands there. */
export type Row = Readonly<Record<Column, string | null>>;

/** One row as it stands and as it is to be. */
export interface RowChange {
  readonly uuid: string;
  /** As it stands; undefined: there is no such row. */
  readonly now: HeldRow | undefined;
  /** As it is to be; undefined: it goes. */
  readonly after: Row | undefined;
  readonly why: string;
}

/** A row of the database, with a digest of all its columns: whoever changed it since is seen. */
export interface HeldRow {
  readonly row: Row;
  readonly seen: string;
}

/** The gate as one entry of a context, of all domains and servers, on until somebody turns it off. */
export function gateRow(context: string, order: number, xml: string): Row {
  return {
    dialplan_uuid: rowUuid(context),
    app_uuid: APP,
    domain_uuid: null,
    hostname: null,
    dialplan_context: context,
    dialplan_name: 'ghostgate',
    dialplan_number: null,
    dialplan_destination: 'false',
    dialplan_continue: 'false',
    dialplan_order: String(order),
    dialplan_enabled: 'true',
    dialplan_description:
      'The gate, put here by ghostgate install; ghostgate uninstall removes it. Do not save it in the form.',
    dialplan_xml: extensionOf(xml),
  };
}

/** The same for a context on every machine: by it our row is known. */
export function rowUuid(context: string): string {
  const hex = createHash('sha256').update(`ghostgate dialplan ${context}`).digest('hex');
  // Version 8 is the one whose bits everybody may choose (RFC 9562).
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** Where it stands, for a diff. */
export function rowPath(uuid: string): string {
  return `v_dialplans/${uuid}`;
}

/** A row for a diff, and for telling whether two are the same; undefined as it came. */
export function rowText(row: Row | undefined): string | undefined {
  if (row === undefined) return undefined;
  const lines = COLUMNS.filter((column) => column !== 'dialplan_xml').flatMap((column) => {
    const value = row[column];
    return value === null ? [] : [`${column}: ${value}\n`];
  });
  return `${lines.join('')}${row.dialplan_xml ?? ''}\n`;
}

/** Reports whether something read is a row: text or nothing in every column. */
export function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false;
  const held: Partial<Record<string, unknown>> = { ...value };
  return (
    typeof held['dialplan_uuid'] === 'string' &&
    COLUMNS.every((column) => held[column] === null || typeof held[column] === 'string')
  );
}

/** Those that are not yet as they are to be. */
export function moving(rows: readonly RowChange[]): readonly RowChange[] {
  return rows.filter(({ now, after }) => rowText(now?.row) !== rowText(after));
}

/** The <extension> of a file that ships: FusionPBX puts its rows into the context as they are. */
function extensionOf(text: string): string {
  const [extension = ''] =
    /^ *<extension[^]*<\/extension>/m.exec(text.replaceAll(/<!--[^]*?-->/g, '')) ?? [];
  const lines = extension.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => line.replace(/^ {2}/, '')).join('\n');
}

/** FusionPBX lists no entry that belongs to no app. */
const APP = 'e6a8a2a6-5f6c-8a1d-8d3b-6d1f6f0c7a52';
