/** A picture that a report may hold: told by its bytes, never by its name. */
export interface Logo {
  readonly type: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** Bytes of a logo at the most: it goes whole into every report. */
export const MOST_LOGO_BYTES = 256 * 1024;
const MOST_PIXELS = 2048;

/** Reads the size of a PNG or JPEG; what is wrong with it as text. SVG can hold scripts and links: it is refused. */
export function readLogo(bytes: Buffer): Logo | { readonly mistake: string } {
  if (bytes.length > MOST_LOGO_BYTES) return { mistake: 'is larger than 256 kB' };
  const size = bytes.subarray(0, 8).equals(PNG) ? pngSize(bytes) : jpegSize(bytes);
  if (size === undefined) return { mistake: 'is no PNG or JPEG' };
  const { width, height } = size;
  if (width < 1 || height < 1 || width > MOST_PIXELS || height > MOST_PIXELS) {
    return { mistake: `is larger than ${MOST_PIXELS} × ${MOST_PIXELS} pixels` };
  }
  return { ...size, bytes };
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** The header comes first and holds both (PNG §11.2.2). */
function pngSize(bytes: Buffer): Omit<Logo, 'bytes'> | undefined {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Segments are walked to the frame header, whichever of its kinds it is (ITU T.81 §B.2.2). */
function jpegSize(bytes: Buffer): Omit<Logo, 'bytes'> | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xff_d8) return undefined;
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (FRAMES.has(marker)) {
      const height = bytes.readUInt16BE(at + 5);
      return { type: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
