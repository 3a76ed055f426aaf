import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { reportFigures } from '../../src/report/figures.ts';
import { reportHtml } from '../../src/report/html.ts';
import { readLogo } from '../../src/report/logo.ts';
import { isShowable } from '../../src/report/pdf-font.ts';
import { pdfImage } from '../../src/report/pdf-image.ts';
import { reportPdf } from '../../src/report/pdf.ts';
import { PERIODS, startsOf } from '../../src/report/period.ts';
import { barPlot } from '../../src/report/plot.ts';
import { reportWords } from '../../src/report/words.ts';
import { JPEG, chunk, png } from './pictures.ts';
import { NOW, aSource } from './source.ts';

test('the HTML holds everything, loads nothing, and no text of a stranger is markup', () => {
  for (const period of PERIODS) {
    const figures = reportFigures(aSource({ name: '"><img src=x>' }), startsOf(period, NOW));
    const html = reportHtml(figures, reportWords(figures, period), period);
    assert.doesNotMatch(html, /<script|<img|<link|@import|https?:|url\(/);
    assert.match(html, /&#60;script&#62;alert\(&#34;&#39;&#34;\)/);
    assert.match(html, /<svg role="img" aria-labelledby="ghosts-t ghosts-d"/);
    assert.match(html, /<desc id="ghosts-d">\d+ bars, one for each (hour|day); /);
    for (const id of html.matchAll(/id="([^"]+)"/g)) {
      assert.equal(html.split(id[0]).length, 2, `${id[1]} is there once`);
    }
  }
});

test('the PDF is one page whose every object is where its table says', () => {
  for (const period of PERIODS) {
    for (const logo of [undefined, png(6, [1, 2, 3, 128]), png(2, [1, 2, 3]), JPEG]) {
      const figures = reportFigures(aSource(), startsOf(period, NOW));
      const read = logo === undefined ? undefined : readLogo(logo);
      assert.ok(read === undefined || 'bytes' in read);
      const image = read === undefined ? undefined : pdfImage(read);
      assert.ok(image === undefined || 'bytes' in image);
      const drawn = read === undefined || image === undefined ? undefined : { ...read, image };
      const pdf = reportPdf(figures, reportWords(figures, period), period, drawn);
      const text = pdf.toString('latin1');
      const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
      const table = text.slice(start).split('\n');
      const count = Number(table[1]?.split(' ')[1]);
      for (let number = 1; number < count; number++) {
        const at = Number(table[2 + number]?.slice(0, 10));
        assert.ok(text.startsWith(`${number} 0 obj\n`, at), `object ${number}`);
      }
      assert.match(text, /\/Count 1 /);
      const content = /\/Filter \/FlateDecode \/Length (\d+) >>\nstream\n/g;
      const last = [...text.matchAll(content)].at(-1);
      const from = (last?.index ?? 0) + (last?.[0].length ?? 0);
      const drawing = inflateSync(pdf.subarray(from, from + Number(last?.[1]))).toString('latin1');
      // Brackets and backslashes of a dialled number end no string; what has no letter is a ?.
      assert.ok(drawing.includes(String.raw`(\(\\\)??) Tj`));
    }
  }
});

test('letters that a PDF can show are known', () => {
  for (const [text, wanted] of [
    ['Acme IT & Söhne €–’', true],
    ['Łódź', false],
    ['漢字', false],
  ] as const) {
    assert.equal(isShowable(text), wanted, text);
  }
});

test('a logo is what its bytes say', () => {
  const huge = Buffer.concat([png(2, [0, 0, 0]), Buffer.alloc(300_000)]);
  const wide = png(2, [0, 0, 0]);
  wide.writeUInt32BE(9999, 16);
  const rows: [bytes: Buffer, wanted: RegExp][] = [
    [Buffer.from('<svg onload="alert(1)"/>'), /is no PNG or JPEG/],
    [Buffer.alloc(0), /is no PNG or JPEG/],
    [Buffer.from('89504e470d0a1a0a', 'hex'), /is no PNG or JPEG/],
    [huge, /larger than 256 kB/],
    [wide, /larger than 2048 × 2048 pixels/],
  ];
  for (const [bytes, wanted] of rows) {
    const logo = readLogo(bytes);
    assert.match('mistake' in logo ? logo.mistake : '', wanted);
  }
  for (const bytes of [png(6, [0, 0, 0, 0]), JPEG]) assert.ok('width' in readLogo(bytes));
});

test('a PNG whose rows are a bomb or not whole is refused for the PDF', () => {
  const whole = png(6, [1, 2, 3, 4]);
  for (const rows of [Buffer.alloc(3), Buffer.alloc(1_000_000)]) {
    const bytes = Buffer.concat([
      whole.subarray(0, 33),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]);
    const logo = readLogo(bytes);
    assert.ok('width' in logo);
    assert.deepEqual(pdfImage(logo), { mistake: 'is a damaged PNG' });
  }
});

test('the ticks of a plot are whole and hold its bars', () => {
  for (const most of [0, 1, 3, 7, 99, 100, 101, 12_345, 9_999_999]) {
    const stretches = [{ at: NOW, stopped: most, rang: 0, wouldStop: 0, attempts: 0 }];
    const parts = [{ tone: 'good', value: () => most }] as const;
    const { bars, grid } = barPlot(stretches, parts, { width: 300, height: 100 }, '24h');
    const labels = grid.map(({ label }) => Number(label.replaceAll(',', '')));
    assert.ok(labels.length >= 2 && labels.length <= 6, `${most}: ${labels.join(' ')}`);
    assert.ok((labels.at(-1) ?? 0) >= most);
    for (const label of labels) assert.ok(Number.isInteger(label));
    for (const bar of bars) assert.ok(bar.y >= 0 && bar.y + bar.height <= 100);
  }
});
