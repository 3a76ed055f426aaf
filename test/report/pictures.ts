import { crc32, deflateSync } from 'node:zlib';

/** A PNG of two by two equal pixels. @param type PNG's colour type */
export function png(type: number, pixel: readonly number[]): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(2, 0);
  head.writeUInt32BE(2, 4);
  head.set([8, type], 8);
  const row = [0, ...pixel, ...pixel];
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from([...row, ...row]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** As much of a JPEG as is read: its frame header of 3 by 2 pixels in three components. */
export const JPEG = Buffer.from(
  'ffd8ffe000044a46ffc0001108000200030301220002110103110100ffd9',
  'hex',
);
