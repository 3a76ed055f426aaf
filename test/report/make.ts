// Writes reports of an invented month, to be looked at: node dist/test/report/make.js FOLDER [LOGO.png]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportFigures } from '../../src/report/figures.ts';
import { reportHtml } from '../../src/report/html.ts';
import { readLogo } from '../../src/report/logo.ts';
import { pdfImage } from '../../src/report/pdf-image.ts';
import { reportPdf } from '../../src/report/pdf.ts';
import { PERIODS, startsOf } from '../../src/report/period.ts';
import { reportWords } from '../../src/report/words.ts';
import { NOW, aSource } from './source.ts';

const [, , folder = '.', picture] = process.argv;
const logo = picture === undefined ? undefined : readLogo(readFileSync(picture));
if (logo !== undefined && 'mistake' in logo) throw new Error(logo.mistake);
const image = logo === undefined ? undefined : pdfImage(logo);
if (image !== undefined && 'mistake' in image) throw new Error(image.mistake);
const drawn = logo === undefined || image === undefined ? undefined : { ...logo, image };
for (const period of PERIODS) {
  const figures = reportFigures(aSource(), startsOf(period, NOW));
  const words = reportWords(figures, period);
  writeFileSync(join(folder, `${period}.html`), reportHtml(figures, words, period, logo));
  writeFileSync(join(folder, `${period}.pdf`), reportPdf(figures, words, period, drawn));
}
