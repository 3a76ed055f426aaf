import { deflateSync } from 'node:zlib';
import { encoded, widthOf } from './pdf-font.ts';
import type { PdfImage } from './pdf-image.ts';

export interface Look {
  /** In points; 9 when left out. */
  readonly size?: number;
  readonly isBold?: boolean;
  /** `#rrggbb`. */
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'middle';
}

/** One A4 page to draw on: points, origin at the top left. */
export interface PdfPage {
  readonly width: number;
  readonly height: number;
  /** @param y of the line that the letters stand on */
  text(x: number, y: number, text: string, look?: Look): void;
  box(x: number, y: number, width: number, height: number, colour: string): void;
  picture(image: PdfImage, x: number, y: number, width: number, height: number): void;
  /** The whole file. */
  bytes(about: { title: string; madeAt: Date }): Buffer;
}

/** A4 in points. */
const WIDTH = 595.28;
const HEIGHT = 841.89;

export function createPdfPage(): PdfPage {
  const drawn: Buffer[] = [];
  const images: PdfImage[] = [];
  const draw = (...parts: (string | Buffer)[]): void =>
    void drawn.push(...parts.map((part) => Buffer.from(part)));

  return {
    width: WIDTH,
    height: HEIGHT,
    text(x, y, text, { size = 9, isBold = false, colour = '#16202e', align = 'left' } = {}) {
      const width = align === 'left' ? 0 : widthOf(text, size, isBold);
      const left = x - (align === 'right' ? width : width / 2);
      const font = `/F${isBold ? 2 : 1} ${n(size)} Tf`;
      draw(`BT ${font} ${rgb(colour)} rg ${n(left)} ${n(HEIGHT - y)} Td (`);
      draw(escaped(encoded(text)), ') Tj ET\n');
    },
    box(x, y, width, height, colour) {
      const place = `${n(x)} ${n(HEIGHT - y - height)} ${n(width)} ${n(height)}`;
      draw(`${rgb(colour)} rg ${place} re f\n`);
    },
    picture(image, x, y, width, height) {
      images.push(image);
      const place = `${n(width)} 0 0 ${n(height)} ${n(x)} ${n(HEIGHT - y - height)} cm`;
      draw(`q ${place} /I${images.length} Do Q\n`);
    },
    bytes: ({ title, madeAt }) => fileOf(Buffer.concat(drawn), images, title, madeAt),
  };
}

/** Objects one after another, then where each begins (ISO 32000-1 §7.5). */
function fileOf(content: Buffer, images: readonly PdfImage[], title: string, madeAt: Date): Buffer {
  const objects: Buffer[] = [];
  const add = (...parts: (string | Buffer)[]): number =>
    objects.push(Buffer.concat(parts.map((part) => Buffer.from(part))));
  const stream = (entries: string, bytes: Buffer): number =>
    add(`<< ${entries} /Length ${bytes.length} >>\nstream\n`, bytes, '\nendstream');
  const font = (name: string): number =>
    add(`<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`);

  const fonts = [font('Helvetica'), font('Helvetica-Bold')];
  const pictures = images.map(({ entries, bytes, mask }) => {
    const seen = mask === undefined ? '' : ` /SMask ${stream(mask.entries, mask.bytes)} 0 R`;
    return stream(`${entries}${seen}`, bytes);
  });
  const drawing = stream('/Filter /FlateDecode', deflateSync(content));
  const resources = `<< /Font << ${named('F', fonts)} >> /XObject << ${named('I', pictures)} >> >>`;
  const parent = objects.length + 2;
  const page = add(
    `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources ${resources} /Contents ${drawing} 0 R >>`,
  );
  const pages = add(`<< /Type /Pages /Kids [${page} 0 R] /Count 1 >>`);
  const root = add(
    `<< /Type /Catalog /Pages ${pages} 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>`,
  );
  const day = madeAt.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const info = add(
    '<< /Title (',
    escaped(encoded(title)),
    `) /Creator (Ghostgate) /CreationDate (D:${day}Z) >>`,
  );

  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\u00E2\u00E3\u00CF\u00D3\n', 'latin1')];
  let at = parts[0]?.length ?? 0;
  const places = objects.map((object, index) => {
    const whole = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      object,
      Buffer.from('\nendobj\n'),
    ]);
    const begins = at;
    parts.push(whole);
    at += whole.length;
    return `${String(begins).padStart(10, '0')} 00000 n \n`;
  });
  const count = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${count}\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size ${count} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function named(letter: string, numbers: readonly number[]): string {
  return numbers.map((number, at) => `/${letter}${at + 1} ${number} 0 R`).join(' ');
}

/** A string of a PDF: its brackets and backslashes are escaped, control characters there are none. */
function escaped(text: Buffer): Buffer {
  const bytes = [...text].flatMap((byte) =>
    byte === 0x28 || byte === 0x29 || byte === 0x5c ? [0x5c, byte] : [byte < 0x20 ? 0x20 : byte],
  );
  return Buffer.from(bytes);
}

function rgb(colour: string): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return parts.map(n).join(' ');
}

function n(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
