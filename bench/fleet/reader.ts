import { READER } from '../../src/fleet/inbox.ts';
import type { Reader } from '../../src/fleet/inbox.ts';

type Read = NonNullable<ReturnType<Reader['read']>>;

/**
 * One reading and one check of a signature for all the sites of this process; the rest is each
 * site's own. What comes by is compared byte for byte with what was read before.
 */
export function sharedReader(): Reader {
  const known = new Map<number, { data: Buffer; read: Read }>();
  const signed = new WeakMap<Read['envelope'], { key: string; is: boolean }>();
  const shapes = new Map<string, string | undefined>();
  return {
    read(data) {
      // Letters of the signature: as good as a random number.
      const id = numberAt(data, 0) * 65_536 + (numberAt(data, 8) & 65_535);
      const held = known.get(id);
      if (held?.data.equals(data) === true) return held.read;
      const read = READER.read(data);
      if (read === undefined) return undefined;
      if (known.size > MOST) known.clear();
      known.set(id, { data: Buffer.from(data), read });
      return read;
    },
    isSigned(envelope, key) {
      const held = signed.get(envelope);
      if (held?.key === key) return held.is;
      const is = READER.isSigned(envelope, key);
      signed.set(envelope, { key, is });
      return is;
    },
    whyUntellable(target, v6Bits) {
      if (shapes.has(target)) return shapes.get(target);
      const why = READER.whyUntellable(target, v6Bits);
      if (shapes.size > MOST) shapes.clear();
      shapes.set(target, why);
      return why;
    },
  };
}

/** As many as are under way at once, and more. */
const MOST = 20_000;

function numberAt(data: Uint8Array, at: number): number {
  return (
    (data[at] ?? 0) + (data[at + 1] ?? 0) * 256 + (data[at + 2] ?? 0) * 65_536 + (data[at + 3] ?? 0)
  );
}
