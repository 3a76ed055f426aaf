import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { eslEventReader } from '../../../src/pbx/freeswitch/esl-event.ts';

function parseEvent(json: string | Buffer, once: readonly string[], wanted?: readonly string[]) {
  return eslEventReader({ once, wanted })(Buffer.from(json));
}

describe('eslEventReader', () => {
  it('takes strings alone, whatever else the JSON holds', () => {
    const event = parseEvent(
      '{"Event-Name":"CUSTOM","Event-Subclass":"sofia::register_failure","n":1,"b":true,"z":null,' +
        '"list":["a","b"],"deep":{"network-ip":"198.18.2.1"},"_body":"secret","user-agent":"x"}',
      [],
    );
    assert.ok(typeof event === 'object');
    assert.deepEqual([event.name, event.subclass], ['CUSTOM', 'sofia::register_failure']);
    assert.deepEqual(Object.keys(event.headers), ['Event-Name', 'Event-Subclass', 'user-agent']);
  });

  it('keeps names of JavaScript as names: no prototype is touched or read', () => {
    const json = '{"Event-Name":"X","__proto__":"a","constructor":"b","toString":{"a":"c"}}';
    const event = parseEvent(json, ['toString', 'hasOwnProperty']);
    assert.ok(typeof event === 'object');
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      if (name !== '__proto__' && name !== 'constructor') assert.ok(!(name in event.headers), name);
    }
    assert.equal(event.headers['__proto__'], 'a');
    assert.equal(event.headers['constructor'], 'b');
    assert.equal(event.headers['toString'], undefined);
    assert.equal(event.headers['hasOwnProperty'], undefined);
    assert.equal(
      parseEvent('{"Event-Name":"X","__proto__":{"a":"b"}}', []) instanceof Object,
      true,
    );
    assert.equal(Object.hasOwn(Object.prototype, 'a'), false);
  });

  it('takes the last of a header that FreeSWITCH itself repeats', () => {
    const json = '{"Event-Name":"X","Hangup-Cause":"A","profile-name":"a","Hangup-Cause":"B"}';
    const event = parseEvent(json, ['network-ip']);
    assert.ok(typeof event === 'object');
    assert.equal(event.headers['Hangup-Cause'], 'B');
  });

  const refused: [string, string, RegExp][] = [
    ['no JSON', '{"Event-Name":"X"', /no JSON object/],
    ['nothing', '', /no JSON object/],
    ['a list', '["Event-Name"]', /no JSON object/],
    ['null', 'null', /no JSON object/],
    ['a string', '"Event-Name"', /no JSON object/],
    ['a NUL between', '{"Event-Name":"X"}\0', /no JSON object/],
    ['two objects', '{"Event-Name":"X"}{}', /no JSON object/],
    ['depth', '['.repeat(200_000), /no JSON object/],
    ['no name', '{"a":"b"}', /no Event-Name/],
    ['a name that is a list', '{"Event-Name":["X"]}', /no Event-Name/],
    ['a name in small letters', '{"Event-Name":"x y"}', /no Event-Name/],
    ['a name from the prototype', '{"__proto__":{"Event-Name":"X"}}', /no Event-Name/],
    ['two names', '{"Event-Name":"X","Event-Name":"Y"}', /Event-Name more than once/],
    ['two sources', '{"Event-Name":"X","ip":"1","a":"b","ip":"2"}', /ip more than once/],
    ['a source and a list', '{"Event-Name":"X","ip":["1"],"ip":"2"}', /ip more than once/],
    ['a source inside', '{"Event-Name":"X","d":{"ip":"1"},"ip":"2"}', /ip more than once/],
  ];
  for (const [what, json, why] of refused) {
    it(`refuses ${what}`, () => {
      const event = parseEvent(json, ['ip']);
      assert.ok(typeof event === 'string');
      assert.match(event, why);
    });
  }

  it('is not misled by a value that looks like a header', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('","ip":"198.18.2.1","', '"ip":"1"', '\\","ip":"', 'ip":', '\\', '\u2028%FF'),
    );
    fc.assert(
      fc.property(value, value, (agent, name) => {
        const json = JSON.stringify({ 'Event-Name': 'X', agent, ip: '1', name });
        const event = parseEvent(json, ['ip']);
        assert.ok(typeof event === 'object');
        assert.deepEqual({ ...event.headers }, { 'Event-Name': 'X', agent, ip: '1', name });
      }),
    );
  });

  it('counts a name that is spelt with escapes, or stands apart from its colon', () => {
    const forged = ['"i\\u0070":"2"', '"ip" : "2"', '\n"ip"\t:\r"2"', '"x":{"i\\u0070":1}'];
    for (const second of forged) {
      for (const json of [`{"ip":"1",${second}}`, `{${second},"ip":"1"}`]) {
        assert.equal(parseEvent(json, ['ip']), 'header ip more than once', json);
        assert.equal(parseEvent(json, ['ip'], ['x']), 'header ip more than once', json);
      }
    }
  });

  it('reads the wanted headers alone, and checks the others all the same', () => {
    const json = '{"Event-Name":"X","a":"1","bb":"\\u00e4\\n","cc":"3","_body":"b","d":"4"}';
    const event = parseEvent(json, ['a'], ['bb', 'dd', '_body']);
    assert.ok(typeof event === 'object');
    assert.deepEqual({ ...event.headers }, { 'Event-Name': 'X', a: '1', bb: 'ä\n' });
    for (const broken of ['"3\n"', '"3\\x"', '"\\u12g4"', '"3', '3x', '[', '[}', '[1', "'3'"]) {
      const wrong = json.replace('"3"', broken);
      assert.equal(parseEvent(wrong, ['a'], ['bb']), 'no JSON object', broken);
    }
  });

  it('reads what JSON.parse reads, and refuses what it refuses: any bytes', () => {
    const some = fc.constantFrom(...Buffer.from('{}[]":,\\/ \n\t\0\x7fu0dtf-1eé\u2028'));
    const bytes = fc.oneof(some, fc.integer({ min: 0, max: 255 })).map((byte) => Buffer.of(byte));
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('ip', 'a'));
    const value = fc.oneof({ weight: 8, arbitrary: text }, fc.jsonValue({ maxDepth: 2 }));
    const edit = fc.record({ at: fc.nat(300), cut: fc.nat(2), put: bytes });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, value), { maxLength: 8 }),
        fc.constantFrom('', ' ', '\r\n\t'),
        fc.array(edit, { maxLength: 2 }),
        (pairs, gap, edits) => {
          const members = [['Event-Name', 'X'], ...pairs].map(
            ([key, one]) => `${JSON.stringify(key)}${gap}:${gap}${JSON.stringify(one)}`,
          );
          const whole = Buffer.from(`${gap}{${gap}${members.join(`${gap},${gap}`)}${gap}}${gap}`);
          const json = edits.reduce(changed, whole);
          const expected = stringsOf(json);
          for (const wanted of [undefined, ['ip', 'a', '__proto__']]) {
            const event = parseEvent(json, [], wanted);
            if (expected === undefined) {
              assert.equal(event, 'no JSON object');
            } else if (typeof event === 'object') {
              const kept = Object.entries(expected).filter(
                ([key]) => wanted === undefined || key.startsWith('Event-') || wanted.includes(key),
              );
              assert.deepEqual(new Map(Object.entries(event.headers)), new Map(kept));
            } else assert.match(event, /^no Event-Name$|^header Event-(Name|Subclass) more/);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        const event = parseEvent(json, ['a', '__proto__']);
        assert.ok(typeof event === 'string' || event.name !== '');
      }),
    );
  });
});

function changed(json: Buffer, edit: { at: number; cut: number; put: Buffer }): Buffer {
  const at = edit.at % json.length;
  return Buffer.concat([json.subarray(0, at), edit.put, json.subarray(at + edit.cut)]);
}

/** What JSON.parse makes of it; undefined when that is no object. */
function stringsOf(json: Buffer): Record<string, string> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return Object.fromEntries(
    Object.entries(parsed).filter(([key, one]) => typeof one === 'string' && key !== '_body'),
  );
}
