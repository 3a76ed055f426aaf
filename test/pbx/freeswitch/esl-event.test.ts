import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseEvent } from '../../../src/pbx/freeswitch/esl-event.ts';

describe('parseEvent', () => {
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
    assert.equal(Object.getPrototypeOf(event.headers), null);
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

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        const event = parseEvent(json, ['a', '__proto__']);
        assert.ok(typeof event === 'string' || event.name !== '');
      }),
    );
  });
});
