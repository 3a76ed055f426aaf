import { join } from 'node:path';
import { withoutBlocks } from './blocks.ts';
import { disk } from './disk.ts';
import { sha256, type Entry } from './manifest.ts';

/** What becomes of one file; `text` undefined: it goes. */
export type Restored =
  | { readonly done: string; readonly now: string | undefined; readonly text: string | undefined }
  | {
      readonly refused: string;
      readonly hint: string;
      readonly now: string;
      readonly before: string | undefined;
    };

/**
 * How one file comes back. As we left it: byte for byte from its backup. Changed since by somebody
 * else: our text is taken out if nobody touched that, and the rest stays; otherwise nothing is done.
 * @param backups folder of the backups
 */
export function restored(entry: Entry, backups: string): Restored {
  const now = disk.read(entry.path);
  if (now === undefined) return { done: 'is gone already', now, text: undefined };
  const before = entry.backup === undefined ? undefined : disk.read(join(backups, entry.backup));
  const refuse = (refused: string, hint: string): Restored => ({ refused, hint, now, before });
  if (entry.keeper === 'daemon') {
    if (/^.{0,6}This file belongs to Ghostgate/.test(now))
      return { done: 'removed', now, text: undefined };
    return refuse('is not Ghostgate’s any more', 'move it away by hand if nothing needs it');
  }
  if (sha256(now) === entry.after) {
    if (entry.backup === undefined) return { done: 'removed', now, text: undefined };
    if (before !== undefined && sha256(before) === entry.before) {
      return { done: 'as it was before', now, text: before };
    }
    // The marks tell what the backup no longer does.
  } else if (sha256(now) === entry.before)
    return { done: 'is as it was before already', now, text: now };
  const stripped = entry.style === 'plain' ? { changedAt: 1 } : withoutBlocks(now, entry.style);
  if ('changedAt' in stripped) {
    const what = `line ${stripped.changedAt}, which is Ghostgate’s, was changed since by somebody else`;
    const hint =
      entry.style === 'plain'
        ? 'remove the file by hand'
        : 'take the lines from BEGIN ghostgate to END out by hand';
    return refuse(what, `${hint}, then run ghostgate uninstall again`);
  }
  if (stripped.text === now) return { done: 'holds nothing of Ghostgate any more', now, text: now };
  if (entry.backup === undefined && stripped.text.trim() === '')
    return { done: 'removed', now, text: undefined };
  return {
    done: 'was changed since: Ghostgate’s text is taken out, the rest stays',
    now,
    text: stripped.text,
  };
}
