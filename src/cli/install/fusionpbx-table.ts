import type { Database } from './fusionpbx-config.ts';
import { InstallError } from './install-error.ts';
import { isTexts } from './manifest.ts';
import { psql } from './psql.ts';
import { COLUMNS, isRow, type Column, type HeldRow, type RowChange } from './row.ts';

/** FusionPBX's table of dialplans. Both throw InstallError. */
export interface Table {
  look(uuids: readonly string[], contexts: readonly string[]): Held;
  /** All of them in one transaction, or none. */
  write(changes: readonly RowChange[]): void;
}

export interface Held {
  /** Those of the uuids that are there. */
  readonly rows: readonly HeldRow[];
  /** The least order among the other entries that a call into the contexts can meet. */
  readonly lowest: number | null;
  /** Other entries of the contexts that hold a gate: their uuids. */
  readonly namesakes: readonly string[];
  /** Contexts that calls from outside can land in: of the SIP profiles, and with entries of their own. */
  readonly doors: readonly string[];
}

export function fusionpbxTable(database: Database): Table {
  return {
    look(uuids, contexts) {
      const { columns, profiles } = understood(psql(database, SHAPE, {}), isShape);
      refuseStrange(columns);
      const values = { uuids: uuids.join(','), contexts: contexts.join(',') };
      return understood(psql(database, look(profiles), values), isHeld);
    },
    write(changes) {
      const values: Record<string, string> = {};
      const statements = changes.map((change, at) => {
        const name = (column: string): string => `v${at}_${column}`;
        values[name('uuid')] = change.uuid;
        if (change.now !== undefined) values[name('seen')] = change.now.seen;
        for (const column of COLUMNS) {
          const value = change.after?.[column];
          if (typeof value === 'string') values[name(column)] = value;
        }
        return statement(change, name);
      });
      if (changes.length > 0) psql(database, statements.join(''), values);
    },
  };
}

/** Exactly one row is met, or the division ends the transaction. */
function statement({ now, after }: RowChange, name: (column: string) => string): string {
  const value = (column: Column): string =>
    typeof after?.[column] === 'string' ? `:'${name(column)}'` : 'NULL';
  const same = `d.dialplan_uuid::text = :'${name('uuid')}' AND md5(d::text) = :'${name('seen')}'`;
  const made = `INSERT INTO v_dialplans (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(value).join(', ')})`;
  const set = COLUMNS.map((column) => `${column} = ${value(column)}`).join(', ');
  const changed = `UPDATE v_dialplans d SET ${set} WHERE ${same}`;
  const gone = `DELETE FROM v_dialplans d WHERE ${same}`;
  const what = now === undefined ? made : after === undefined ? gone : changed;
  return `WITH done AS (${what} RETURNING 1) SELECT 1 / count(*) FROM done;\n`;
}

type Columns = Readonly<Record<string, { readonly type: string; readonly needed: boolean }>>;

const SHAPE = `SELECT json_build_object(
  'columns', (SELECT json_object_agg(attname, json_build_object(
      'type', format_type(atttypid, NULL), 'needed', attnotnull AND NOT atthasdef))
    FROM pg_attribute
    WHERE attrelid = to_regclass('v_dialplans') AND attnum > 0 AND NOT attisdropped),
  'profiles', to_regclass('v_sip_profiles') IS NOT NULL
    AND to_regclass('v_sip_profile_settings') IS NOT NULL);
`;

/**
 * In its mode \`single\` FusionPBX composes the context public of all global entries whose context
 * has that word in it (its dialplan.lua): the gate comes before those too.
 */
function look(profiles: boolean): string {
  const columns = COLUMNS.map((column) => `d.${column}::text AS ${column}`).join(', ');
  const others = `d.dialplan_uuid::text <> ALL (string_to_array(:'uuids', ','))`;
  const within = `d.dialplan_context = ANY (string_to_array(:'contexts', ','))`;
  const named = `(d.dialplan_name = 'ghostgate' OR d.dialplan_xml LIKE '%<extension name="ghostgate"%')`;
  const ofProfiles = `UNION SELECT s.sip_profile_setting_value
      FROM v_sip_profiles p JOIN v_sip_profile_settings s USING (sip_profile_uuid)
      WHERE s.sip_profile_setting_name = 'context' AND s.sip_profile_setting_enabled::text = 'true'
        AND p.sip_profile_enabled::text = 'true'`;
  return `SELECT json_build_object(
  'rows', (SELECT coalesce(json_agg(json_build_object(
      'row', (SELECT row_to_json(r) FROM (SELECT ${columns}) r), 'seen', md5(d::text))), '[]')
    FROM v_dialplans d WHERE d.dialplan_uuid::text = ANY (string_to_array(:'uuids', ','))),
  'lowest', (SELECT min(d.dialplan_order) FROM v_dialplans d
    WHERE ${others} AND (${within} OR position('public' IN d.dialplan_context) > 0)),
  'namesakes', (SELECT coalesce(json_agg(d.dialplan_uuid), '[]') FROM v_dialplans d
    WHERE ${others} AND ${within} AND ${named}),
  'doors', (SELECT coalesce(json_agg(c.name), '[]') FROM (
      SELECT DISTINCT d.dialplan_context AS name FROM v_dialplans d
      WHERE (d.dialplan_context LIKE 'public@%' OR d.dialplan_context LIKE '%.public')
        AND d.dialplan_enabled::text = 'true'
      ${profiles ? ofProfiles : ''}) c WHERE c.name <> ''));
`;
}

function understood<T>(text: string, is: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(text);
    if (is(value)) return value;
  } catch {
    // Said below.
  }
  const hint = 'is psql PostgreSQL’s own? Add --without gate to leave the gate out';
  throw new InstallError('psql printed what is not understood', hint);
}

function isShape(value: unknown): value is { columns: Columns | null; profiles: boolean } {
  if (!isRecord(value) || typeof value['profiles'] !== 'boolean') return false;
  const { columns } = value;
  if (columns === null) return true;
  return (
    isRecord(columns) &&
    Object.values(columns).every(
      (each) =>
        isRecord(each) && typeof each['type'] === 'string' && typeof each['needed'] === 'boolean',
    )
  );
}

function isHeld(value: unknown): value is Held {
  if (!isRecord(value)) return false;
  const { rows, lowest, namesakes, doors } = value;
  const held = (each: unknown): boolean =>
    isRecord(each) && isRow(each['row']) && typeof each['seen'] === 'string';
  return (
    Array.isArray(rows) &&
    rows.every(held) &&
    (lowest === null || typeof lowest === 'number') &&
    isTexts(namesakes) &&
    isTexts(doors)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Versions differ in the type of what is true or false; a table with other columns is not known. */
function refuseStrange(columns: Columns | null): void {
  const hint = 'is this FusionPBX’s database? Add --without gate to leave the gate out';
  if (columns === null) throw new InstallError('there is no table v_dialplans', hint);
  for (const column of COLUMNS) {
    const type = columns[column]?.type;
    if (type === undefined) throw new InstallError(`v_dialplans has no column ${column}`, hint);
    const wanted = TYPES[column] ?? /^(?:text|character varying)$/;
    if (!wanted.test(type))
      throw new InstallError(`v_dialplans.${column} is of type ${type}, which is not known`, hint);
  }
  const known = new Set<string>(COLUMNS);
  const needed = Object.keys(columns).find((name) => !known.has(name) && columns[name]?.needed);
  if (needed !== undefined)
    throw new InstallError(`v_dialplans wants a value for ${needed}, which is not known`, hint);
}

const UUID = /^(?:uuid|text)$/;
const TRUTH = /^(?:boolean|text|character varying)$/;
const TYPES: Partial<Record<Column, RegExp>> = {
  dialplan_uuid: UUID,
  app_uuid: UUID,
  domain_uuid: UUID,
  dialplan_destination: TRUTH,
  dialplan_continue: TRUTH,
  dialplan_order: /^(?:numeric|integer|bigint|smallint)$/,
  dialplan_enabled: TRUTH,
};
