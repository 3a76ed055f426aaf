import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { pickle, unpickle } from '../../src/enforce/pickle.ts';

test('pickle: reads back the words it wrote', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
      assert.deepEqual(unpickle(pickle(words)), words);
    }),
  );
});

// Each as CPython 3.11 writes it: pickle.dumps(value, 5).
const ANSWERS = [
  ['(0, "pong")', '8005950c000000000000004b008c04706f6e679486942e', [0, 'pong']],
  ['(0, [1, 0, 1])', '8005950f000000000000004b005d94284b014b004b016586942e', [0, [1, 0, 1]]],
  ['(0, None)', '80059506000000000000004b004e86942e', [0, null]],
  [
    '[True, 70000, -5, 2.5, 300]',
    '8005951c000000000000005d9428884a701101004afbffffff4740040000000000004d2c01652e',
    [true, 70_000, -5, 2.5, 300],
  ],
  [
    '(1, KeyError("ghostgate"))',
    '8005952d000000000000004b018c086275696c74696e73948c084b65794572726f729493948c0967686f737467617465948594529486942e',
    [1, { raised: 'builtins.KeyError', arguments: ['ghostgate'] }],
  ],
] as const;

for (const [python, hex, value] of ANSWERS) {
  test(`unpickle: ${python}`, () => {
    assert.deepEqual(unpickle(Buffer.from(hex, 'hex')), value);
  });
}

const REFUSED = [
  ['GLOBAL, which protocol 0 calls by', 'cos\nsystem\n(S"true"\ntR.'],
  ['INST', '(ios\nsystem\n.'],
  ['a persistent id', 'Pname\n.'],
  ['BUILD', '}}b.'],
  ['an end with nothing on the stack', '.'],
  ['nothing', ''],
  ['a call of what is no name', '))R.'],
  ['a mark where a value belongs', '(.'],
  ['APPENDS to what is no list', 'K\u0001(K\u0001e.'],
] as const;

for (const [what, text] of REFUSED) {
  test(`unpickle: refuses ${what}`, () => {
    assert.throws(() => unpickle(Buffer.from(text, 'latin1')), RangeError);
  });
}

test('unpickle: any bytes at all are read as data or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        unpickle(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
