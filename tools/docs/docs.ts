import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brokenLinks, isElsewhere, resolveLink } from './links.ts';
import { type Parsed, parseMarkdown } from './markdown.ts';
import { markdownFiles, menuOf, pagePath } from './pages.ts';
import { referencePages } from './reference.ts';
import { renderPage } from './site.ts';

// Writes the pages that are made from the program, then the site into .build/site. Started by
// `npm run docs`, in the root of the checkout. Exit code 1 when a link leads nowhere.

const ROOT = process.cwd();
const SITE = join(ROOT, '.build/site');

for (const [file, text] of await referencePages()) put(join(ROOT, file), text);
const broken = brokenLinks(ROOT, markdownFiles(ROOT));
for (const line of broken) process.stderr.write(`${line}\n`);
if (broken.length > 0) process.exitCode = 1;

const docs = markdownFiles(ROOT).filter((file) => file.startsWith('docs/'));
const pages = new Map<string, Parsed>();
const files = new Set<string>();
for (const file of docs) gather(file);
// Under the menu's own heading "Install" the name of the PBX says enough.
const titles = new Map(
  [...pages].map(([file, { title }]) => [file, title.replace(/^Install beside /, '')]),
);
titles.set('docs/README.md', 'Overview');
titles.set('docs/rules/README.md', 'The rules');

rmSync(SITE, { recursive: true, force: true });
for (const [file, parsed] of pages) {
  put(join(SITE, pagePath(file)), renderPage(file, parsed, menuOf(docs), titles));
}
for (const file of files) {
  mkdirSync(dirname(join(SITE, file)), { recursive: true });
  copyFileSync(join(ROOT, file), join(SITE, file));
}
copyFileSync(join(ROOT, 'tools/docs/style.css'), join(SITE, 'style.css'));
process.stdout.write(`${pages.size} pages, ${files.size} files in .build/site\n`);

/** A page, and whatever it links to that is ours: other pages, and files to look at. */
function gather(file: string): void {
  if (pages.has(file)) return;
  const parsed = parseMarkdown(readFileSync(join(ROOT, file), 'utf8'));
  pages.set(file, parsed);
  for (const link of parsed.links) {
    if (isElsewhere(link)) continue;
    const { path } = resolveLink(file, link);
    const there = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (there?.isFile() !== true) continue;
    if (path.endsWith('.md')) gather(path);
    else files.add(path);
  }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
