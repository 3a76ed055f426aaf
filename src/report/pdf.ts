import type { ReportFigures } from './figures.ts';
import { ATTEMPTS, TONES, ghostParts } from './html.ts';
import type { Logo } from './logo.ts';
import { fitted, lines } from './pdf-font.ts';
import type { PdfImage } from './pdf-image.ts';
import type { Look, PdfPage } from './pdf-page.ts';
import { createPdfPage } from './pdf-page.ts';
import type { Period } from './period.ts';
import type { Plot } from './plot.ts';
import { barPlot } from './plot.ts';
import type { ReportWords } from './words.ts';

const MARGIN = 36;
const GREY = '#4a586b';
const RULE = '#dde3e9';

/** The report as a PDF of one A4 page, drawn here: no browser is needed on the machine. */
export function reportPdf(
  figures: ReportFigures,
  words: ReportWords,
  period: Period,
  logo?: Logo & { readonly image: PdfImage },
): Buffer {
  const page = createPdfPage();
  const room = page.width - 2 * MARGIN;
  let y = MARGIN;

  /** Lines of text; returns where they end. */
  const paragraph = (text: string, top: number, width: number, most: number, look: Look): number =>
    paragraphAt(page, { x: MARGIN, y: top, width, most }, text, look);

  page.text(MARGIN, y + 16, words.title, { size: 17, isBold: true });
  page.text(MARGIN, y + 31, words.of, { size: 10, colour: GREY });
  if (logo !== undefined) {
    const scale = Math.min(150 / logo.width, 36 / logo.height);
    const [width, height] = [logo.width * scale, logo.height * scale];
    page.picture(logo.image, page.width - MARGIN - width, y, width, height);
  } else if (figures.name !== undefined) {
    const name = fitted(figures.name, 230, 13, true);
    page.text(page.width - MARGIN, y + 16, name, { size: 13, isBold: true, align: 'right' });
  }
  y += 42;
  page.box(MARGIN, y, room, 1.5, '#1f7a6d');
  y = paragraph(words.headline, y + 12, room, 3, { size: 11.5, isBold: true });
  y = paragraph(words.about, y + 2, room, 2, { size: 9, colour: GREY }) + 6;

  const slot = (room + 6) / words.tiles.length;
  for (const [at, tile] of words.tiles.entries()) {
    const x = MARGIN + at * slot;
    page.box(x, y, slot - 6, 44, '#f2f5f7');
    const size = tile.figure.length > 8 ? 11 : 17;
    page.text(x + 7, y + 19, tile.figure, { size, isBold: true });
    const label = { x: x + 7, y: y + 22, width: slot - 18, most: 2 };
    paragraphAt(page, label, tile.label, { size: 7.5, colour: GREY });
  }
  y += 60;

  const plots = [
    { words: words.plots.ghosts, parts: ghostParts(figures), height: 105 },
    { words: words.plots.attempts, parts: ATTEMPTS, height: 70 },
  ];
  for (const { words: about, parts, height } of plots) {
    page.text(MARGIN, y, about.title, { isBold: true, size: 10 });
    if (parts.length > 1 && figures.calls.rang > 0) legend(page, y);
    const plot = barPlot(figures.stretches, parts, { width: room, height }, period);
    drawPlot(page, plot, MARGIN, y + 2);
    y += height + 20;
  }

  const column = (room - 20) / 2;
  const right = MARGIN + column + 20;
  const first = Math.max(
    table(page, MARGIN, y, column, 'Why ghost calls were refused', words.reasons.slice(0, 8)),
    table(page, right, y, column, 'Busiest scanners', words.scanners),
  );
  y = Math.max(
    table(page, MARGIN, first, column, 'Numbers they dialled most', words.dialled),
    table(page, right, first, column, 'Uptime', words.uptime.slice(0, 8)),
  );

  page.text(MARGIN, y, 'Notices', { isBold: true, size: 10 });
  y += 2;
  if (words.notices.length === 0) {
    y = paragraph('There was nothing to look at.', y, room, 1, { size: 8.5, colour: GREY });
  }
  const foot = page.height - MARGIN - 32;
  for (const [when, text] of words.notices) {
    if (y > foot - 24) break;
    y = paragraph(`${when}  ${text}`.trim(), y, room, 2, { size: 8 });
  }
  const notes = [...words.notes, words.footer].join(' ');
  page.box(MARGIN, foot, room, 0.5, RULE);
  paragraph(notes, foot + 3, room, 3, { size: 7.5, colour: GREY });
  return page.bytes({ title: `${words.title}: ${words.of}`, madeAt: new Date(figures.until) });
}

/** Returns where it ends. What does not fit into the lines is cut. */
function paragraphAt(
  page: PdfPage,
  { x, y, width, most }: { x: number; y: number; width: number; most: number },
  text: string,
  look: Look,
): number {
  const size = look.size ?? 9;
  const all = lines(text, width, size, look.isBold);
  const shown =
    all.length > most ? [...all.slice(0, most - 1), all.slice(most - 1).join(' ')] : all;
  for (const [at, line] of shown.entries()) {
    page.text(x, y + size + at * size * 1.3, fitted(line, width, size, look.isBold), look);
  }
  return y + shown.length * size * 1.3;
}

function legend(page: PdfPage, y: number): void {
  const x = page.width - MARGIN;
  const look: Look = { size: 7.5, colour: GREY };
  page.box(x - 170, y - 6, 6, 6, TONES.good);
  page.text(x - 161, y, 'phones stayed quiet', look);
  page.box(x - 80, y - 6, 6, 6, TONES.bad);
  page.text(x - 71, y, 'a phone rang first', look);
}

function drawPlot(page: PdfPage, plot: Plot, left: number, top: number): void {
  for (const { y, label } of plot.grid) {
    page.box(left + plot.left, top + y, plot.right - plot.left, 0.5, RULE);
    const look: Look = { size: 7, colour: GREY, align: 'right' };
    page.text(left + plot.left - 4, top + y + 2.5, label, look);
  }
  for (const { x, y, width, height, tone } of plot.bars) {
    page.box(left + x, top + y, width, height, TONES[tone]);
  }
  for (const { x, text } of plot.labels) {
    const look: Look = { size: 7, colour: GREY, align: 'middle' };
    page.text(left + x, top + plot.bottom + 10, text, look);
  }
}

/** Returns where the next one may begin. */
function table(
  page: PdfPage,
  x: number,
  y: number,
  width: number,
  title: string,
  rows: readonly (readonly [string, string])[],
): number {
  page.text(x, y, title, { isBold: true, size: 10 });
  let line = y + 13;
  if (rows.length === 0) page.text(x, line, 'None.', { size: 8.5, colour: GREY });
  for (const [what, value] of rows) {
    page.text(x, line, fitted(what, width - 60, 8.5), { size: 8.5 });
    page.text(x + width, line, value, { size: 8.5, align: 'right' });
    page.box(x, line + 2.5, width, 0.4, RULE);
    line += 12;
  }
  return (rows.length === 0 ? line + 12 : line) + 8;
}
