import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  type EslFrameOptions,
  eslFrameReader,
  type EslMessage,
} from '../../../src/pbx/freeswitch/esl-frame.ts';
import { eslEventReader } from '../../../src/pbx/freeswitch/esl-event.ts';
import { ONCE } from '../../../src/pbx/freeswitch/subscription.ts';
import { eventsOf } from '../../fake/esl-message.ts';
import { fromRoot } from '../../root.ts';

const FOLDER = fromRoot('test/captures/freeswitch');
const CAPTURES = readdirSync(FOLDER).filter((file) => file.endsWith('.json.txt'));

const readEvent = eslEventReader({ once: ONCE });

describe('eslFrameReader', () => {
  it('reads every capture alike, however it is cut', () => {
    assert.ok(CAPTURES.length > 35);
    for (const file of CAPTURES) {
      const capture = readFileSync(`${FOLDER}/${file}`);
      // Byte by byte only the beginning of the long ones: they repeat themselves.
      for (const [chunk, upTo] of [
        [1, 50_000],
        [7, 200_000],
        [4096, Infinity],
      ] as const) {
        const wire = capture.subarray(0, upTo);
        const expected = eventsOf(wire);
        const { messages, broken, refused } = read(wire, chunk);
        const events = messages.filter(({ type }) => type === 'text/event-json');
        assert.deepEqual([broken, refused, events.length], [[], [], expected.length], file);
        events.forEach(({ body }, at) => {
          const event = readEvent(body);
          assert.ok(typeof event === 'object', `${file}: ${JSON.stringify(event)}`);
          assert.deepEqual({ ...event.headers }, strings(expected[at]?.headers ?? {}));
        });
      }
    }
  });

  it('reads each kind of message with its headers and its body', () => {
    const wire =
      'Content-Type: auth/request\n\n' +
      'Content-Type: command/reply\nReply-Text: +OK größer: ja\n\n' +
      'Content-Type: api/response\nContent-Length: 6\n\nün\n\n\n' +
      'Content-Length: 0\nContent-Type: api/response\n\n';
    for (let chunk = 1; chunk <= wire.length; chunk++) {
      const { messages, broken } = read(Buffer.from(wire), chunk);
      assert.deepEqual(
        messages.map(({ type, body }) => [type, body.toString('utf8')]),
        [
          ['auth/request', ''],
          ['command/reply', ''],
          ['api/response', 'ün\n\n\n'],
          ['api/response', ''],
        ],
      );
      assert.equal(messages[1]?.reply, '+OK größer: ja');
      assert.deepEqual(broken, []);
    }
  });

  const head = 'Content-Type: text/event-json\n';
  const breaking: [string, string, RegExp][] = [
    ['100 MB announced', `Content-Length: 100000000\n${head}\n`, /of 100000000 bytes/],
    ['a long reply', 'Content-Length: 65537\nContent-Type: command/reply\n\n', /of 65537 bytes/],
    ['a long answer', 'Content-Length: 16777217\nContent-Type: api/response\n\n', /16777217/],
    ['a length past all numbers', `Content-Length: ${'9'.repeat(400)}\n${head}\n`, /no number/],
    ['a negative length', `Content-Length: -1\n${head}\n`, /no number/],
    ['a length in hex', `Content-Length: 0x10\n${head}\n`, /no number/],
    ['an empty length', `Content-Length: \n${head}\n`, /no number/],
    ['two lengths', `Content-Length: 1\nContent-Length: 2\n${head}\n`, /more than once/],
    ['a length too short', `Content-Length: 2\n${head}\n{"a":"b: %zz"}${head}\n`, /no header/],
    ['a control character', `${head}X: a\u0001b\n\n`, /no header/],
    ['a CR', 'Content-Type: auth/request\r\n\n', /no header/],
    ['a NUL', 'Content-Type: auth/re\0quest\n\n', /no header/],
    ['no Content-Type', 'Content-Length: 0\n\n', /without Content-Type/],
    ['an empty line', '\n\n', /no header/],
    [
      'another protocol',
      'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'.repeat(200),
      /8192/,
    ],
    ['a head without end', `X: ${'x'.repeat(9000)}`, /more than 8192/],
  ];
  for (const [what, wire, why] of breaking) {
    it(`gives up at ${what}, and reads nothing behind it`, () => {
      const good = 'Content-Type: auth/request\n\n';
      for (const chunk of [1, 5, wire.length + good.length]) {
        const { messages, broken } = read(Buffer.from(wire + good.repeat(2)), chunk);
        assert.equal(broken.length, 1);
        assert.match(broken[0] ?? '', why);
        assert.ok(messages.every(({ type }) => type !== 'auth/request'));
      }
    });
  }

  it('skips an event that is too long, and goes on behind it', () => {
    const long = `Content-Length: 30\n${head}\n${'x'.repeat(30)}`;
    const good = `Content-Length: 2\n${head}\n{}`;
    for (const chunk of [1, 7, 1000]) {
      const { messages, broken, refused, count } = read(Buffer.from(long + good), chunk, {
        eventBytes: 10,
        skippedBytes: 40,
      });
      assert.deepEqual(
        [messages.map(({ body }) => body.toString('utf8')), broken, count],
        [['{}'], [], 2],
      );
      assert.deepEqual(refused, ['text/event-json of 30 bytes']);
    }
  });

  it('holds no more than one message, however it is fed', () => {
    const reader = eslFrameReader({ message() {}, refused() {}, broken() {} });
    reader.push(Buffer.from(`Content-Length: 2000000\n${head}\n`));
    const before = process.memoryUsage().arrayBuffers;
    const piece = Buffer.alloc(100, 32);
    for (let sent = 0; sent < 19_999; sent++) reader.push(piece);
    assert.ok(process.memoryUsage().arrayBuffers - before < 8_000_000);
    assert.equal(reader.messages, 0);
    reader.push(piece);
    assert.equal(reader.messages, 1);
  });

  it('never throws, and reads the same however any bytes are cut', () => {
    const piece = fc.constantFrom(
      'Content-Type: ',
      'Content-Length: ',
      'text/event-json',
      'api/response',
      '\n',
      '\n\n',
      '3',
      '70000',
      '{}',
      '\0',
      '\r',
      'ü',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (wire, chunk) => {
        const options = { eventBytes: 50, skippedBytes: 100, answerBytes: 50 };
        assert.deepEqual(read(wire, chunk, options), read(wire, wire.length, options));
      }),
    );
  });
});

function read(wire: Buffer, chunk: number, options: EslFrameOptions = {}) {
  const messages: EslMessage[] = [];
  const refused: string[] = [];
  const broken: string[] = [];
  const reader = eslFrameReader(
    {
      // A copy, as everybody makes who keeps it.
      message: (message) => messages.push({ ...message, body: Buffer.from(message.body) }),
      refused: ({ why }) => refused.push(why),
      broken: (why) => broken.push(why),
    },
    options,
  );
  for (let at = 0; at < wire.length; at += chunk) reader.push(wire.subarray(at, at + chunk));
  assert.equal(reader.bytes, wire.length);
  return { messages, refused, broken, count: reader.messages };
}

/** JSON.parse gives lists and the body too; the types of the fake do not say so. */
function strings(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const all = Object.entries(headers);
  return Object.fromEntries(
    all.filter(([key, value]) => typeof value === 'string' && key !== '_body'),
  );
}
