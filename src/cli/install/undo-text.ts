import type { Output } from '../output.ts';
import { unifiedDiff } from './diff.ts';
import { hideSecrets } from './hide.ts';
import { coloured } from './show.ts';
import type { Undo } from './undo.ts';
import { partsOf, reloadOf } from './undo.ts';

/** What becomes of each file, for a person. */
export function undoText(undo: Undo, out: Output): string {
  const lines = partsOf(undo).map(({ path, back }) => {
    if (!('refused' in back)) return `${path}: ${back.done}`;
    const diff = unifiedDiff(path, back.now, back.before, hideSecrets([]));
    return `${path}: left as it is: ${back.refused}\n  Try: ${back.hint}\n${coloured(diff, out)}`;
  });
  return lines.join('\n');
}

export function undoJson(undo: Undo): Record<string, unknown> {
  const { manifest } = undo;
  return {
    kind: manifest.kind,
    folder: manifest.folder,
    files: partsOf(undo).map(({ path, back }) => ({
      path,
      ...('refused' in back ? { refused: back.refused, hint: back.hint } : { done: back.done }),
    })),
    reload: reloadOf(manifest),
  };
}
