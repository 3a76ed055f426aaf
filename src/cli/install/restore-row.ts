import type { Table } from './fusionpbx-table.ts';
import { InstallError } from './install-error.ts';
import type { RowEntry } from './manifest.ts';
import type { Restored } from './restore.ts';
import { rowText, type RowChange } from './row.ts';

/** What becomes of one row: as files have it, and the change that does it. */
export type RestoredRow = Restored & { readonly change?: RowChange | undefined };

/**
 * How one row goes: deleted as long as it is as we left it; changed since by somebody else it stays,
 * for a row has no marks around what is ours.
 */
export function restoredRow({ row }: RowEntry, open: () => Table): RestoredRow {
  const uuid = row.dialplan_uuid ?? '';
  const before = rowText(row);
  try {
    const now = open()
      .look([uuid], [])
      .rows.find((held) => held.row.dialplan_uuid === uuid);
    if (now === undefined) return { done: 'is gone already', now: undefined, text: undefined };
    const text = rowText(now.row) ?? '';
    if (text === before) {
      const change = { uuid, now, after: undefined, why: 'removed' };
      return { done: 'removed', now: text, text: undefined, change };
    }
    const hint = 'delete the entry ghostgate in FusionPBX, then run ghostgate uninstall again';
    return { refused: 'was changed since by somebody else', hint, now: text, before };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    // Nothing is known of it, so that there is no difference to show.
    const hint = 'see that FusionPBX’s database answers, then run ghostgate uninstall again';
    return { refused: error.message, hint, now: before ?? '', before };
  }
}
