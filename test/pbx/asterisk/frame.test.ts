import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import {
  type FrameOptions,
  frameReader,
  type RefusedFrame,
} from '../../../src/pbx/asterisk/frame.ts';
import { readFrames } from '../../fake/ami-frames.ts';

describe('frameReader', () => {
  const accepted: [what: string, wire: string, fields: Record<string, string>][] = [
    ['an event', 'Event: A\r\nK: v\r\n\r\n', { Event: 'A', K: 'v' }],
    [
      'a response',
      'Response: Success\r\nPing: Pong\r\n\r\n',
      { Response: 'Success', Ping: 'Pong' },
    ],
    [
      'an empty value',
      'Event: A\r\nAccountCode: \r\nK:\r\n\r\n',
      { Event: 'A', AccountCode: '', K: '' },
    ],
    ['a value with colons', 'Event: A\r\nK: a: b:c\r\n\r\n', { Event: 'A', K: 'a: b:c' }],
    [
      'a key named like a property',
      'Event: A\r\n__proto__: v\r\n\r\n',
      { Event: 'A', ['__proto__']: 'v' },
    ],
    [
      'characters of two to four bytes',
      'Event: A\r\nK: Řehoř 漢 🙂\r\n\r\n',
      { Event: 'A', K: 'Řehoř 漢 🙂' },
    ],
    [
      'a user agent of 10,000 characters',
      `Response: Success\r\nValue: ${'u'.repeat(10_000)}\r\n\r\n`,
      { Response: 'Success', Value: 'u'.repeat(10_000) },
    ],
    [
      "the LF of Asterisk's own `No Contacts found`",
      'Response: Error\r\nActionID: a1\r\nMessage: No Contacts found\n\r\n\r\n',
      { Response: 'Error', ActionID: 'a1', Message: 'No Contacts found' },
    ],
  ];
  for (const [what, wire, fields] of accepted) {
    it(`reads ${what}`, () => {
      const { frames, refused } = readFrames(Buffer.from(wire));
      assert.deepEqual(refused, []);
      assert.deepEqual([...(frames[0]?.fields ?? [])], Object.entries(fields));
      assert.equal(frames.length, 1);
    });
  }

  it('keeps control characters that cut nothing, in answers under an ActionID of ours alone', () => {
    const rest = `ActionID: ${'0123456789abcdef'.repeat(2)}\r\nUserAgent: a\tb\u001b[0m\r\n`;
    for (const head of ['Response: Success', 'Event: ContactList']) {
      const { frames, refused } = readFrames(Buffer.from(`${head}\r\n${rest}\r\n`));
      assert.deepEqual(refused, []);
      assert.equal(frames[0]?.fields.get('UserAgent'), 'a\tb\u001b[0m');
      const late = readFrames(Buffer.from(`${head}\r\nK: v\r\n${rest}\r\n`));
      assert.match(late.refused[0]?.why ?? '', /control/);
      const cut = readFrames(Buffer.from(`${head}\r\n${rest.replace('\t', '\n')}\r\n`));
      assert.match(cut.refused[0]?.why ?? '', /CR or LF/);
    }
  });

  const refusals: [what: string, wire: string, why: RegExp][] = [
    ['LF as line end', 'Event: A\nK: v\r\n\r\n', /CR or LF/],
    ['LF in a value', 'Event: A\r\nK: 100\nEvent: Evil\r\n\r\n', /CR or LF/],
    ['LF before CRLF', 'Event: A\r\nK: 100\n\r\nL: v\r\n\r\n', /CR or LF/],
    ['CR in a value', 'Event: A\r\nK: a\rb\r\n\r\n', /CR or LF/],
    ['CR at the end', 'Event: A\r\nK: a\r\r\n\r\n', /CR or LF/],
    ['LF CR', 'Event: A\r\nK: a\n\rb\r\n\r\n', /CR or LF/],
    [
      "an LF in a Message that is not the last line's",
      'Response: Error\r\nMessage: a\nB: c\r\n\r\n',
      /CR or LF/,
    ],
    [
      "an LF after a value of the caller's",
      'Response: Success\r\nValue: 100\n\r\n\r\n',
      /CR or LF/,
    ],
    ['NUL', 'Event: A\r\nK: a\u0000b\r\n\r\n', /control/],
    ['ESC', 'Event: A\r\nK: \u001b[31mred\r\n\r\n', /control/],
    ['DEL', 'Event: A\r\nK: \u007f\r\n\r\n', /control/],
    ['NEL, a C1 control', 'Event: A\r\nK: \u0085\r\n\r\n', /control/],
    ['a control character in a key', 'Event: A\r\nK\u0007: v\r\n\r\n', /control/],
    ['a key that comes twice', 'Event: A\r\nK: 1\r\nK: 2\r\n\r\n', /"K" more than once/],
    ['Event twice', 'Event: A\r\nEvent: A\r\n\r\n', /"Event" more than once/],
    ['no key', 'Event: A\r\nServic\r\n\r\n', /without a key/],
    ['an empty key', 'Event: A\r\n: v\r\n\r\n', /without a key/],
    ['no space after the colon', 'Event: A\r\nK:v\r\n\r\n', /without a key/],
    ['a rest of a forged frame', 'A:\r\nCallerIDName: x\r\n\r\n', /does not begin/],
    ['an empty frame', '\r\n\r\nEvent: A\r\n\r\n', /does not begin/],
    ['other cases', 'event: A\r\n\r\n', /does not begin/],
    ['space before Event', ' Event: A\r\n\r\n', /does not begin/],
    ['an event without a name', 'Event: \r\nK: v\r\n\r\n', /no name/],
    [
      'a greeting that is not the first line',
      'Event: A\r\n\r\nAsterisk Call Manager/1.0\r\n\r\n',
      /does not begin/,
    ],
  ];
  for (const [what, wire, why] of refusals) {
    it(`refuses ${what}, and reads on`, () => {
      const { frames, refused } = readFrames(Buffer.from(`${wire}Event: Next\r\n\r\n`));
      assert.equal(refused.length, 1);
      assert.match(refused[0]?.why ?? '', why);
      assert.equal(frames.at(-1)?.name, 'Next');
    });
  }

  it('keeps channel variables apart, those of another channel out', () => {
    const wire =
      'Event: A\r\nChanVariable: X=1\r\nDestChanVariable: Y=2\r\nDestChanVariable: Z=3\r\nChanVariable(c): W=4\r\n\r\n';
    const { frames, refused } = readFrames(Buffer.from(wire));
    assert.deepEqual(refused, []);
    assert.deepEqual(frames[0]?.chanVariables, ['X=1', 'W=4']);
    assert.deepEqual([...(frames[0]?.fields.keys() ?? [])], ['Event']);
  });

  it('skips TestEvent and unwanted events unread', () => {
    const wire =
      'Event: TestEvent\r\nState: a\r\nState: b\r\n\r\nEvent: VarSet\r\nbad\r\n\r\nEvent: A\r\n\r\n';
    const { frames, refused, reader } = readFrames(Buffer.from(wire), {
      wants: (name) => name === 'A',
    });
    assert.deepEqual([frames.map((frame) => frame.name), refused, reader.frames], [['A'], [], 3]);
  });

  it('takes bytes that are not UTF-8 as U+FFFD, without swallowing the line end', () => {
    const bytes = Buffer.from('Event: A\r\nK: \xe2\x82\r\nL: \xff\xc0\r\n\r\n', 'latin1');
    const { frames } = readFrames(bytes);
    assert.equal(frames[0]?.fields.get('K'), '\u{FFFD}');
    assert.equal(frames[0]?.fields.get('L'), '\u{FFFD}\u{FFFD}');
  });

  const bounds: [what: string, wire: string, why: RegExp, options: FrameOptions][] = [
    [
      'a frame',
      `Event: A\r\nK: ${'x'.repeat(300)}\r\nL: v\r\n\r\n`,
      /more than 200 bytes/,
      { frameBytes: 200 },
    ],
    [
      'a line',
      `Event: A\r\nK: ${'x'.repeat(98)}\r\n\r\n`,
      /more than 100 characters/,
      { lineChars: 100 },
    ],
    ['the lines', `Event: A\r\nK: 1\r\nL: 2\r\nM: 3\r\n\r\n`, /more than 3 lines/, { lines: 3 }],
  ];
  for (const [what, wire, why, options] of bounds) {
    for (const chunk of [1, 7, 4096]) {
      it(`bounds ${what}, in chunks of ${chunk}`, () => {
        const { frames, refused, reader } = readFrames(
          Buffer.from(`${wire}Event: Next\r\n\r\n`),
          options,
          chunk,
        );
        assert.equal(refused.length, 1);
        assert.match(refused[0]?.why ?? '', why);
        assert.deepEqual([frames.map((frame) => frame.name), reader.frames], [['Next'], 2]);
      });
    }
  }

  it('accepts a frame of exactly the bound, and one of the bound and a byte never', () => {
    for (const [extra, names] of [
      [0, ['A']],
      [1, []],
    ] as const) {
      const wire = Buffer.from(`Event: A\r\nK: ${'x'.repeat(87 + extra)}\r\n\r\n`);
      for (const chunk of [1, 7, 4096]) {
        const { frames } = readFrames(wire, { frameBytes: 100 }, chunk);
        assert.deepEqual(
          frames.map((frame) => frame.name),
          names,
        );
      }
    }
  });

  it('holds no more than a frame of a stream that never ends one', () => {
    const refused: RefusedFrame[] = [];
    const reader = frameReader({ frame: () => assert.fail(), refused: (one) => refused.push(one) });
    const chunk = Buffer.alloc(65_536, 'Event: x\r\n');
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 1600; count++) reader.push(chunk);
    collectGarbage();
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.equal(refused.length, 1);
    assert.equal(refused[0]?.head.length, 1024);
    assert.ok(grown < 50_000_000, `${grown} bytes after ${reader.bytes}`);
  });

  it('gives the greeting once, and none where there is none', () => {
    assert.equal(
      readFrames(Buffer.from('Asterisk Call Manager/5.0.4\r\nEvent: A\r\n\r\n')).reader.banner,
      '5.0.4',
    );
    assert.equal(readFrames(Buffer.from('Event: A\r\n\r\n')).reader.banner, undefined);
    assert.equal(readFrames(Buffer.from('Asterisk Call Manager/5.0.4')).reader.banner, undefined);
    assert.equal(
      readFrames(Buffer.from('Asterisk Call Manager/x\r\nEvent: A\r\n\r\n')).refused.length,
      1,
    );
  });

  it('never throws, never yields a control character or a doubtful line, however cut', () => {
    const piece = fc.constantFrom(
      'Event: A',
      'Response: Success',
      'K: v',
      'K: w',
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
      ':',
      '\0',
      'x',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
    );
    const options = { frameBytes: 60, lineChars: 30, lines: 5 };
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (wire, chunk) => {
        const cut = readFrames(wire, options, chunk);
        const whole = readFrames(wire, options);
        assert.deepEqual(cut.frames, whole.frames);
        assert.deepEqual(cut.refused, whole.refused);
        for (const { fields, chanVariables } of cut.frames) {
          const text = [...fields.keys(), ...fields.values(), ...chanVariables].join('');
          // oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
          assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f]/);
          assert.ok(fields.size <= options.lines);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** What is held, not what waits to be collected: when that happens differs from Node to Node. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  gc();
  gc();
}
