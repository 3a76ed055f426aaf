import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseMarkdown, type Parsed } from './markdown.ts';

/**
 * Links of these Markdown files that lead nowhere: a file that is not there, a heading that its
 * page does not have. Links to other machines are not followed. One line each.
 * @param files relative to the root, with `/`
 */
export function brokenLinks(root: string, files: readonly string[]): string[] {
  const known = new Map<string, Parsed>();
  const parsed = (file: string): Parsed => {
    const there = known.get(file) ?? parseMarkdown(readFileSync(join(root, file), 'utf8'));
    known.set(file, there);
    return there;
  };
  return files.flatMap((file) =>
    parsed(file).links.flatMap((link) => {
      const wrong = whatIsWrong(root, file, link, parsed);
      return wrong === undefined ? [] : [`${file}: ${link}: ${wrong}`];
    }),
  );
}

function whatIsWrong(
  root: string,
  file: string,
  link: string,
  parsed: (file: string) => Parsed,
): string | undefined {
  if (isElsewhere(link)) return undefined;
  const { path, anchor } = resolveLink(file, link);
  if (path.startsWith('../')) return 'leads out of the repository';
  const full = join(root, path);
  if (!existsSync(full)) return 'no such file';
  if (anchor === undefined) return undefined;
  if (statSync(full).isDirectory() || !path.endsWith('.md')) return 'has no headings';
  const found = parsed(path).headings.some((heading) => heading.anchor === anchor);
  return found ? undefined : 'no such heading';
}

export function isElsewhere(link: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(link);
}

/** Path from the root, and the heading in it. */
export function resolveLink(from: string, link: string): { path: string; anchor?: string } {
  const [target = '', anchor] = link.split('#', 2);
  const path =
    target === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(target)));
  return anchor === undefined ? { path } : { path, anchor };
}
