import { posix } from 'node:path';
import type { Files } from './change.ts';

/** Files that an include names; undefined when that cannot be known. */
export function included(
  within: { readonly files: Files; readonly folder: string },
  pattern: string,
): string[] | undefined {
  const inEtc = /^\/etc\/asterisk\/(.*)$/s.exec(pattern)?.[1] ?? pattern;
  if (inEtc === '' || /(?:^|\/)\.\.(?:\/|$)|[[\]{}~]/.test(inEtc)) return undefined;
  if (inEtc.startsWith('/')) {
    // Below another root the place is another one than its name says.
    return within.folder === '/etc/asterisk' && !/[*?]/.test(inEtc) ? [inEtc] : undefined;
  }
  const path = posix.join(within.folder, inEtc);
  const name = posix.basename(path);
  if (!/[*?]/.test(inEtc)) return [path];
  if (/[*?]/.test(posix.dirname(inEtc)) || name.replaceAll(/[^*]/g, '').length > 3)
    return undefined;
  const shape = name
    .replaceAll(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const matching = new RegExp(`^(?!\\.)${shape}$`, 's');
  const folder = posix.dirname(path);
  return within.files
    .list(folder)
    .filter((each) => matching.test(each))
    .map((each) => posix.join(folder, each));
}
