import type { Wish } from './change.ts';
import type { Draft } from './draft.ts';
import type { FusionpbxConfig } from './fusionpbx-config.ts';
import type { Held, Table } from './fusionpbx-table.ts';
import { InstallError } from './install-error.ts';
import { gateRow, rowPath, rowText, rowUuid, type Row } from './row.ts';

/**
 * The gate as one row of FusionPBX's dialplan for each context, before every other entry, and what an
 * earlier install placed and this one does without taken away.
 * @param where what refusals are about: config.conf
 * @param earlier rows as an earlier install left them
 */
export function planRows(
  draft: Draft,
  where: string,
  table: Table,
  { without, gateContexts, shipped }: Wish,
  earlier: readonly Row[],
): void {
  const contexts = without.includes('gate') ? [] : [...new Set(['public', ...gateContexts])];
  const strange = contexts.find((context) => !CONTEXT.test(context));
  if (strange !== undefined) {
    const hint = 'letters, digits and . _ - @ make a context that can be gated';
    return draft.refuse({ where: strange, what: 'is not a plain name of a context', hint });
  }
  const uuids = new Set([...contexts.map(rowUuid), ...earlier.map(uuidOf)]);
  if (uuids.size === 0) return;
  let held: Held;
  try {
    held = table.look([...uuids], contexts);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    return draft.refuse({ where, what: error.message, hint: error.hint });
  }
  for (const uuid of held.namesakes) {
    const hint = 'delete that entry in FusionPBX: ghostgate install writes one of its own';
    draft.refuse({ where: rowPath(uuid), what: 'holds a gate already, put there by hand', hint });
  }
  const order = orderBefore(held.lowest);
  if (contexts.length > 0 && order === undefined) {
    const hint = 'give every entry of these contexts an order of 1 or more in FusionPBX';
    const what = `an entry of order ${held.lowest} stands there: nothing can come before it`;
    return draft.refuse({ where: contexts.join(', '), what, hint });
  }
  const gate = shipped('freeswitch/ghostgate.gate.xml');
  for (const uuid of uuids) {
    const context = contexts.find((each) => rowUuid(each) === uuid);
    const after = context === undefined ? undefined : gateRow(context, order ?? 0, gate);
    const left = earlier.find((row) => uuidOf(row) === uuid);
    const now = held.rows.find(({ row }) => uuidOf(row) === uuid);
    const text = rowText(now?.row);
    if (text !== undefined && text !== rowText(after) && text !== rowText(left)) {
      const what =
        left === undefined
          ? 'is there already, and Ghostgate did not write it so'
          : 'Ghostgate’s own row was changed by somebody else';
      const hint = 'undo that change in FusionPBX, or delete the entry ghostgate there';
      draft.refuse({ where: rowPath(uuid), what, hint });
      continue;
    }
    if (now === undefined && after === undefined) continue;
    const why =
      context === undefined
        ? 'no longer wanted'
        : `the gate stands first in the context ${context}, as a row of FusionPBX’s database`;
    draft.row({ uuid, now, after, why });
  }
  const open = held.doors.filter((door) => !contexts.includes(door));
  if (contexts.length > 0 && open.length > 0) {
    draft.note(
      `calls from outside may land in further contexts, and there they meet no gate: ${open.slice(0, 10).join(', ')}. Strangers too? Then add --gate-context C`,
    );
  }
}

/** Its handler keeps a context that it has composed until somebody drops it: it has no end of its own. */
export function planCache(
  draft: Draft,
  { method, location }: FusionpbxConfig['cache'],
  contexts: readonly string[],
): void {
  if (method !== 'file') return draft.reload('fs_cli', '-x', 'memcache flush');
  for (const context of contexts) {
    // In its mode `single` the called number follows the context, and no name is known beforehand.
    const files = ['-type', 'f', '-name', `dialplan.${context}*`, '-delete'];
    draft.reload('find', location, '-maxdepth', '1', ...files);
  }
}

/** Its form knows whole numbers from 0 on; below 5 only where somebody has been there before. */
function orderBefore(lowest: number | null): number | undefined {
  const order = Math.min(5, Math.ceil(lowest ?? Infinity) - 1);
  return order < 0 ? undefined : order;
}

function uuidOf(row: Row): string {
  return row.dialplan_uuid ?? '';
}

const CONTEXT = /^[\w.@-]{1,100}$/;
