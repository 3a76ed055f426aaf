import type { ReportFigures, Stretch } from './figures.ts';
import type { Logo } from './logo.ts';
import type { Period } from './period.ts';
import type { Plot, Tone } from './plot.ts';
import { barPlot } from './plot.ts';
import { STYLE } from './style.ts';
import type { PlotWords, ReportWords } from './words.ts';

/** One file that holds everything it needs: it can be mailed, opened offline and printed on one A4 page. */
export function reportHtml(
  figures: ReportFigures,
  words: ReportWords,
  period: Period,
  logo?: Logo,
): string {
  const { plots, notices, tiles } = words;
  const name = figures.name ?? '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${text(`${words.title}: ${words.of}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<div><h1>${text(words.title)}</h1><p>${text(words.of)}</p></div>
${logo === undefined ? `<p class="name">${text(name)}</p>` : `<img src="data:${logo.type};base64,${logo.bytes.toString('base64')}" alt="${text(name)}">`}
</header>
<main>
<p class="headline">${text(words.headline)}</p>
<p class="about">${text(words.about)}</p>
<dl class="tiles">
${tiles.map((tile) => `<div><dt>${text(tile.label)}</dt><dd>${text(tile.figure)}</dd></div>`).join('\n')}
</dl>
${plotOf(plots.ghosts, barPlot(figures.stretches, ghostParts(figures), SIZE, period), 'ghosts')}
${legend(figures)}
${plotOf(plots.attempts, barPlot(figures.stretches, ATTEMPTS, LOW, period), 'attempts')}
<div class="columns">
${list('Why ghost calls were refused', ['Reason', 'Calls'], words.reasons.slice(0, 8), 'No ghost call came.')}
${list('Busiest scanners', ['Address', 'Times'], words.scanners, 'None came.')}
${list('Numbers they dialled most', ['Number', 'Times'], words.dialled, 'No ghost call came.')}
${list('Uptime', ['What', 'Of the time'], words.uptime.slice(0, 8), '')}
</div>
<section class="notices"><h2>Notices</h2>
${notices.length === 0 ? '<p>There was nothing to look at.</p>' : `<ul>${notices.map(([when, what]) => `<li><b>${text(when)}</b> ${text(what)}</li>`).join('')}</ul>`}
</section>
</main>
<footer><p>${[...words.notes, words.footer].map(text).join(' ')}</p></footer>
</body>
</html>
`;
}

/** CSS pixels: as wide as the text of an A4 page. */
const SIZE = { width: 700, height: 130 };
const LOW = { width: 700, height: 78 };

export function ghostParts({ mode }: ReportFigures): Parameters<typeof barPlot>[1] {
  if (mode === 'observe') return [{ tone: 'dull', value: (stretch: Stretch) => stretch.wouldStop }];
  return [
    { tone: 'good', value: ({ stopped, rang }) => Math.max(0, stopped - rang) },
    { tone: 'bad', value: ({ rang }) => rang },
  ];
}

export const ATTEMPTS: Parameters<typeof barPlot>[1] = [
  { tone: 'dull', value: ({ attempts }) => attempts },
];

function legend({ mode, calls }: ReportFigures): string {
  if (mode === 'observe' || calls.rang === 0) return '';
  return `<p class="legend"><i class="good"></i> phones stayed quiet <i class="bad"></i> a phone rang first</p>`;
}

function plotOf({ title, description }: PlotWords, plot: Plot, id: string): string {
  const { left, right, bottom } = plot;
  const grid = plot.grid.map(
    ({ y, label }) =>
      `<line x1="${left}" x2="${right}" y1="${n(y)}" y2="${n(y)}"/><text x="${left - 6}" y="${n(y + 3)}" text-anchor="end">${text(label)}</text>`,
  );
  const bars = plot.bars.map(
    ({ x, y, width, height, tone, text: what }) =>
      `<rect class="${tone}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"><title>${text(what)}</title></rect>`,
  );
  const labels = plot.labels.map(
    ({ x, text: what }) =>
      `<text x="${n(x)}" y="${bottom + 13}" text-anchor="middle">${text(what)}</text>`,
  );
  return `<figure><figcaption>${text(title)}</figcaption>
<svg role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${right} ${bottom + 16}"><title id="${id}-t">${text(title)}</title><desc id="${id}-d">${text(description)}</desc>
${[...grid, ...bars, ...labels].join('\n')}</svg></figure>`;
}

function list(
  title: string,
  [what, count]: readonly [string, string],
  rows: readonly (readonly [string, string])[],
  none: string,
): string {
  const body = rows.map(
    ([name, value]) => `<tr><td>${text(name)}</td><td>${text(value)}</td></tr>`,
  );
  const found = `<table><thead><tr><th scope="col">${what}</th><th scope="col">${count}</th></tr></thead><tbody>${body.join('')}</tbody></table>`;
  return `<section><h2>${text(title)}</h2>${rows.length === 0 ? `<p>${none}</p>` : found}</section>`;
}

/** No text can become markup, in an element or in a quoted attribute. */
function text(raw: string): string {
  return raw.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The colours of the bars, in HTML and PDF alike: told apart by their lightness too. */
export const TONES: Readonly<Record<Tone, string>> = {
  good: '#1f7a6d',
  bad: '#c2410c',
  dull: '#7c8aa0',
};
