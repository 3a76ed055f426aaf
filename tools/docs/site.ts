import { Marked, type Tokens } from 'marked';
import { posix } from 'node:path';
import { isElsewhere, resolveLink } from './links.ts';
import { anchorFor, type Parsed, plainText } from './markdown.ts';
import { type Group, pagePath } from './pages.ts';

/**
 * One page of the site: no script, one style sheet, readable on a phone.
 * @param file path of its Markdown from the root
 * @param titles of every page of the menu
 */
export function renderPage(
  file: string,
  parsed: Parsed,
  menu: readonly Group[],
  titles: ReadonlyMap<string, string>,
): string {
  const here = pagePath(file);
  const up = posix.relative(posix.dirname(here), '.') || '.';
  const body = bodyOf(file, parsed);
  const home = parsed.title === 'Ghostgate';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<meta name="color-scheme" content="light dark">
<title>${escaped(home ? parsed.title : `${parsed.title} · Ghostgate`)}</title>
<link rel="stylesheet" href="${up}/style.css">
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header><a class="brand" href="${up}/index.html">Ghostgate</a><span>keeps ghost calls off a PBX</span></header>
<div class="page">
<details class="menu"><summary>Menu</summary>${menuText(menu, titles, here)}</details>
<nav aria-label="Pages">${menuText(menu, titles, here)}</nav>
<main id="content">
${body.replace('</h1>\n', () => `</h1>\n${contents(parsed)}`)}
</main>
</div>
</body>
</html>
`;
}

function menuText(
  menu: readonly Group[],
  titles: ReadonlyMap<string, string>,
  here: string,
): string {
  return menu
    .map(({ title, files }) => {
      const items = files.map((file) => {
        const page = pagePath(file);
        const current = page === here ? ' aria-current="page"' : '';
        const words = escaped(titles.get(file) ?? file);
        return `<li><a href="${between(here, page)}"${current}>${words}</a></li>`;
      });
      return `<h2>${title}</h2><ul>${items.join('')}</ul>`;
    })
    .join('\n');
}

/** A long page begins with its own sections. */
function contents({ headings }: Parsed): string {
  const sections = headings.filter(({ depth }) => depth === 2);
  if (sections.length < 6) return '';
  const items = sections.map(
    ({ text, anchor }) => `<li><a href="#${anchor}">${escaped(text)}</a></li>`,
  );
  return `<details class="contents"><summary>On this page</summary><ul>${items.join('')}</ul></details>\n`;
}

function bodyOf(file: string, parsed: Parsed): string {
  const anchors = new Map<string, number>();
  const here = pagePath(file);
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const anchor = anchorFor(plainText(tokens), anchors);
        const words = this.parser.parseInline(tokens);
        return `<h${depth} id="${anchor}"><a class="anchor" href="#${anchor}">${words}</a></h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const words = this.parser.parseInline(tokens);
        return `<a href="${escaped(onSite(file, here, href))}">${words}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        return `<img src="${escaped(onSite(file, here, href))}" alt="${escaped(text)}">`;
      },
      table({ header, rows }: Tokens.Table) {
        const labels = header.map((cell) => escaped(plainText(cell.tokens)));
        const cells = (row: readonly Tokens.TableCell[], tag: 'th' | 'td'): string =>
          row
            .map((cell, at) => {
              const label = tag === 'td' ? ` data-label="${labels[at] ?? ''}"` : '';
              return `<${tag}${label}>${this.parser.parseInline(cell.tokens)}</${tag}>`;
            })
            .join('');
        const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        const head = `<thead><tr>${cells(header, 'th')}</tr></thead>`;
        // On a phone a row of many columns becomes a card, each cell under its column's name.
        const kind = header.length > 2 ? 'table wide' : 'table';
        return `<div class="${kind}" tabindex="0" role="region" aria-label="Table"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
      code({ text }: Tokens.Code) {
        return `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`;
      },
      // What is not Markdown is text: no page of ours needs more, and none can bring a script.
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    },
  });
  return marked.parser([...parsed.tokens]);
}

function onSite(file: string, here: string, href: string): string {
  if (isElsewhere(href)) return href;
  const { path, anchor } = resolveLink(file, href);
  const page = path === file ? '' : between(here, pagePath(path));
  return anchor === undefined ? page : `${page}#${anchor}`;
}

function between(here: string, page: string): string {
  return posix.relative(posix.dirname(here), page) || posix.basename(page);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
