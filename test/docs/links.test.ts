import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brokenLinks } from '../../tools/docs/links.ts';
import { parseMarkdown } from '../../tools/docs/markdown.ts';
import { markdownFiles, menuOf, pagePath } from '../../tools/docs/pages.ts';
import { renderPage } from '../../tools/docs/site.ts';
import { fromRoot } from '../root.ts';

test('docs: every link of every page leads somewhere', () => {
  assert.deepEqual(brokenLinks(fromRoot(), markdownFiles(fromRoot())), []);
});

test('docs: a link that leads nowhere is found', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'gg-docs-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'a.md'), '# A `b.c` d!\n\n## Twice\n\n## Twice\n');
  const links = [
    'a.md',
    '../a.md#a-bc-d',
    '../a.md#twice-1',
    '../a.md#thrice',
    '../../x.md',
    'https://example.com/x',
    '#here',
    '../sub',
  ];
  const text = `# Here\n\n${links.map((link) => `[x](${link})`).join(' ')} ![](none.png)\n`;
  writeFileSync(join(root, 'sub/b.md'), text);
  assert.deepEqual(brokenLinks(root, ['a.md', 'sub/b.md']), [
    'sub/b.md: a.md: no such file',
    'sub/b.md: ../a.md#thrice: no such heading',
    'sub/b.md: ../../x.md: leads out of the repository',
    'sub/b.md: none.png: no such file',
  ]);
});

const PLACES = [
  ['README.md', 'readme.html'],
  ['docs/README.md', 'index.html'],
  ['docs/rules/README.md', 'rules/index.html'],
  ['docs/install/asterisk.md', 'install/asterisk.html'],
  ['dialplan/asterisk/README.md', 'dialplan/asterisk/index.html'],
  ['packaging/grafana/ghostgate.json', 'packaging/grafana/ghostgate.json'],
] as const;

test('docs: where each file is on the site', () => {
  for (const [file, page] of PLACES) assert.equal(pagePath(file), page);
});

test('docs: a page has no script, links to pages, and no text becomes markup', () => {
  const text =
    '# <Title>\n\n[rules](rules/README.md#why) <script>alert(1)</script> `<b>`\n\n<img src=x>\n\n```html\n<i>\n```\n';
  const menu = menuOf(['docs/README.md', 'docs/new.md', 'docs/rules/flood.md']);
  const titles = new Map([['docs/new.md', 'New & old']]);
  const page = renderPage('docs/README.md', parseMarkdown(text), menu, titles);
  assert.doesNotMatch(page, /<script|<img|<i>|<b>|<Title>/);
  assert.match(page, /<a href="rules\/index.html#why">rules<\/a>/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'self'/);
  assert.match(page, /<h2>More<\/h2><ul><li><a href="new.html">New &amp; old/);
  assert.match(page, /<a href="index.html" aria-current="page">/);
});
