import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readFrames } from '../../fake/ami-frames.ts';
import { fromRoot } from '../../root.ts';

const CAPTURES = fromRoot('test', 'captures', 'asterisk');

describe('frameReader over the captures', () => {
  it('reads every capture alike in chunks of 1, 7 and 4096', () => {
    const files = captures();
    assert.ok(files.length > 190);
    for (const file of files) {
      // Small pieces are slow, so of the large captures only their beginning is read so.
      const bytes = readFileSync(`${CAPTURES}/${file}`).subarray(0, 30_000);
      assert.equal(digest(bytes, 7), digest(bytes, 4096), file);
      const start = bytes.subarray(0, 4000);
      assert.equal(digest(start, 1), digest(start, 4096), file);
    }
  });

  it('refuses nothing in captures without injected text, and something in those with it', () => {
    for (const file of captures()) {
      const { refused, reader } = readFrames(readFileSync(`${CAPTURES}/${file}`));
      assert.match(reader.banner ?? '', /^(5\.0\.4|11\.0\.0)$/, file);
      assert.equal(refused.length > 0, INJECTED.test(file), `${file}: ${refused[0]?.why}`);
    }
  });
});

/** Captures in which a caller's text reached the wire with its line breaks; `reg-auth` did not. */
const INJECTED = /hdrinj|inject-from-(?!.*noguest)|inject-reg-full|inject-to-full(?!-noguest)/;

function captures(): string[] {
  return readdirSync(CAPTURES).filter((file) => file.endsWith('.ami.txt'));
}

function digest(wire: Buffer, chunk: number): string {
  const { frames, refused } = readFrames(wire, {}, chunk);
  return JSON.stringify([frames.map((one) => [...one.fields, one.chanVariables]), refused]);
}
