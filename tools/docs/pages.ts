import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One topic in the menu. */
export interface Group {
  readonly title: string;
  /** Paths from the root. */
  readonly files: readonly string[];
}

/** The menu. A page of docs/ that stands in none of these comes under "More". */
export const GROUPS: readonly Group[] = [
  { title: 'Begin', files: ['docs/README.md'] },
  {
    title: 'Install',
    files: [
      'docs/install/asterisk.md',
      'docs/install/freepbx.md',
      'docs/install/freeswitch.md',
      'docs/install/fusionpbx.md',
    ],
  },
  {
    title: 'Run',
    files: [
      'docs/reading-a-verdict.md',
      'docs/monitoring.md',
      'docs/page.md',
      'docs/enforcers.md',
      'docs/trunks.md',
      'docs/feeds.md',
      'docs/from-fail2ban.md',
      'docs/phones.md',
      'docs/central.md',
      'docs/limits.md',
    ],
  },
  { title: 'Rules', files: ['docs/rules/README.md'] },
  {
    title: 'Reference',
    files: ['docs/reference/policy.md', 'docs/reference/metrics.md', 'docs/reference/commands.md'],
  },
];

/** Every Markdown file whose links are checked: docs/, and what explains a folder to its reader. */
export function markdownFiles(root: string): string[] {
  const within = ['docs', 'dialplan', 'packaging', 'bench', 'test', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
      .filter((file) => file.endsWith('.md')),
  );
  return ['README.md', 'CHANGELOG.md', ...within].toSorted();
}

/** Where a file of the repository is on the site. */
export function pagePath(file: string): string {
  if (file === 'README.md') return 'readme.html';
  if (!file.endsWith('.md')) return file;
  const path = file.startsWith('docs/') ? file.slice('docs/'.length) : file;
  return path.replace(/(?:^|(?<=\/))README\.md$/, 'index.md').replace(/\.md$/, '.html');
}

/** The menu with what its groups do not name. */
export function menuOf(docs: readonly string[]): Group[] {
  const named = new Set(GROUPS.flatMap(({ files }) => files));
  const others = docs.filter((file) => file.startsWith('docs/') && !named.has(file));
  const rules = others.filter((file) => file.startsWith('docs/rules/'));
  const more = others.filter((file) => !rules.includes(file));
  const groups = GROUPS.map(({ title, files }) => ({
    title,
    files: [...files.filter((file) => docs.includes(file)), ...(title === 'Rules' ? rules : [])],
  }));
  const all = [...groups, { title: 'More', files: more }];
  return all.filter(({ files }) => files.length > 0);
}
