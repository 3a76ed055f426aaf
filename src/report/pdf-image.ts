import { deflateSync, inflateSync } from 'node:zlib';
import type { Logo } from './logo.ts';

/** A picture as the PDF holds it: its dictionary's own entries and its bytes. */
export interface PdfImage {
  readonly entries: string;
  readonly bytes: Buffer;
  /** How much of it is seen, for pictures with transparency. */
  readonly mask?: PdfImage;
}

/**
 * PDF knows JPEG as it is (DCTDecode), and PNG's rows with their filters (FlateDecode with
 * predictor 15, ISO 32000-1 §7.4.4.4); only transparency has to be taken apart. What is wrong
 * with the picture comes back as text.
 */
export function pdfImage(logo: Logo): PdfImage | { readonly mistake: string } {
  return logo.type === 'image/jpeg' ? jpeg(logo) : png(logo);
}

function jpeg({ bytes, width, height }: Logo): PdfImage | { readonly mistake: string } {
  const components = jpegComponents(bytes);
  if (components !== 1 && components !== 3) return { mistake: 'is no JPEG in RGB or grey' };
  const space = components === 1 ? '/DeviceGray' : '/DeviceRGB';
  return { entries: `${size(width, height)} ${depth(space, 8)} /Filter /DCTDecode`, bytes };
}

function jpegComponents(bytes: Buffer): number | undefined {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2) return bytes[at + 9];
  }
  return undefined;
}

function png({ bytes, width, height }: Logo): PdfImage | { readonly mistake: string } {
  const [bits = 0, type = 0, , , interlaced = 0] = bytes.subarray(24, 29);
  const chunks = chunksOf(bytes);
  const data = Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map((one) => one.data));
  const isSeeThrough = type === 4 || type === 6 || chunks.some(({ name }) => name === 'tRNS');
  if (interlaced !== 0) return { mistake: 'is an interlaced PNG; save it without interlacing' };
  const channels = CHANNELS.get(type);
  if (channels === undefined) return { mistake: 'is a PNG of no known kind' };
  const palette = chunks.find(({ name }) => name === 'PLTE')?.data ?? Buffer.alloc(3);
  if (!isSeeThrough) {
    const space =
      type === 3
        ? `[/Indexed /DeviceRGB ${palette.length / 3 - 1} <${palette.toString('hex')}>]`
        : type === 0
          ? '/DeviceGray'
          : '/DeviceRGB';
    const parms = `/DecodeParms << /Predictor 15 /Colors ${channels} /BitsPerComponent ${bits} /Columns ${width} >>`;
    const entries = `${size(width, height)} ${depth(space, bits)} /Filter /FlateDecode ${parms}`;
    return { entries, bytes: data };
  }
  if (bits !== 8) return { mistake: 'is a transparent PNG of another depth than 8 bits' };
  try {
    const rows = unfiltered(data, width, height, channels);
    const alphas = chunks.find(({ name }) => name === 'tRNS')?.data ?? Buffer.alloc(0);
    return apart(rows, { width, height, type, channels, palette, alphas });
  } catch {
    return { mistake: 'is a damaged PNG' };
  }
}

/** Colour and transparency, each a picture of its own. */
function apart(
  rows: Buffer,
  picture: {
    width: number;
    height: number;
    type: number;
    channels: number;
    palette: Buffer;
    alphas: Buffer;
  },
): PdfImage {
  const { width, height, type, channels, palette, alphas } = picture;
  const pixels = width * height;
  const colour = Buffer.alloc(pixels * 3);
  const alpha = Buffer.alloc(pixels, 255);
  for (let at = 0; at < pixels; at++) {
    const from = at * channels;
    const first = rows[from] ?? 0;
    for (let part = 0; part < 3; part++) {
      colour[at * 3 + part] =
        type === 3
          ? (palette[first * 3 + part] ?? 0)
          : channels < 3
            ? first
            : (rows[from + part] ?? 0);
    }
    // A single see-through colour (tRNS of grey or RGB) is left as it is: it is white, mostly.
    if (type === 3) alpha[at] = alphas[first] ?? 255;
    else if (type === 4 || type === 6) alpha[at] = rows[from + channels - 1] ?? 255;
  }
  const held = (space: string, bytes: Buffer): PdfImage => ({
    entries: `${size(width, height)} ${depth(space, 8)} /Filter /FlateDecode`,
    bytes: deflateSync(bytes),
  });
  return { ...held('/DeviceRGB', colour), mask: held('/DeviceGray', alpha) };
}

/** Takes PNG's filters off its rows (PNG §9). Throws on rows that are not whole. */
function unfiltered(data: Buffer, width: number, height: number, channels: number): Buffer {
  const length = width * channels;
  const raw = inflateSync(data, { maxOutputLength: (length + 1) * height });
  if (raw.length !== (length + 1) * height) throw new Error('rows are missing');
  const rows = Buffer.alloc(length * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (length + 1)] ?? 0;
    for (let x = 0; x < length; x++) {
      const left = x < channels ? 0 : (rows[y * length + x - channels] ?? 0);
      const up = y === 0 ? 0 : (rows[(y - 1) * length + x] ?? 0);
      const upLeft = y === 0 || x < channels ? 0 : (rows[(y - 1) * length + x - channels] ?? 0);
      const predicted = predict(filter, left, up, upLeft);
      rows[y * length + x] = ((raw[y * (length + 1) + 1 + x] ?? 0) + predicted) & 0xff;
    }
  }
  return rows;
}

function predict(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const guess = left + up - upLeft;
  const [a, b, c] = [left, up, upLeft].map((each) => Math.abs(guess - each));
  if (a === undefined || b === undefined || c === undefined) return 0;
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

function chunksOf(bytes: Buffer): { name: string; data: Buffer }[] {
  const chunks = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    chunks.push({ name, data: bytes.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** By PNG's colour types: grey, RGB, palette, grey with alpha, RGB with alpha. */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

function size(width: number, height: number): string {
  return `/Type /XObject /Subtype /Image /Width ${width} /Height ${height}`;
}

function depth(space: string, bits: number): string {
  return `/ColorSpace ${space} /BitsPerComponent ${bits}`;
}
