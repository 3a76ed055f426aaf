import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type Action, formatAction, newActionId } from '../../../src/pbx/asterisk/action.ts';
import { AmiError } from '../../../src/pbx/asterisk/errors.ts';

describe('formatAction', () => {
  it('writes Action, then ActionID, then the rest', () => {
    assert.equal(
      formatAction({ Variable: 'X', Action: 'Getvar', Channel: 'PJSIP/a-1' }, 'id1'),
      'Action: Getvar\r\nActionID: id1\r\nVariable: X\r\nChannel: PJSIP/a-1\r\n\r\n',
    );
  });

  const bad: [what: string, action: Action][] = [
    ['a command in a value', { Action: 'Getvar', Channel: 'x\r\n\r\nAction: Command' }],
    ['LF, a line end to AMI', { Action: 'Getvar', Channel: 'x\nCommand: core stop now' }],
    ['CR', { Action: 'Getvar', Channel: 'x\ry' }],
    ['NUL', { Action: 'Getvar', Channel: 'x\0y' }],
    ['ESC', { Action: 'Getvar', Channel: '\u001b[0m' }],
    ['LF in a key', { Action: 'Ping', 'X\nY': '1' }],
    ['a colon in a key', { Action: 'Ping', 'X: Y': '1' }],
    ['an empty key', { Action: 'Ping', '': '1' }],
    ['LF in the action', { Action: 'Ping\nX: 1' }],
    ['no action', { Channel: 'x' }],
    ['an ActionID of the caller', { Action: 'Ping', ActionID: '1' }],
    ['an ActionID in other letters', { Action: 'Ping', actionid: '1' }],
    ['a line of over 1024 bytes', { Action: 'Getvar', Variable: 'é'.repeat(510) }],
    ['too many lines', { Action: 'UpdateConfig', ...numbered(99) }],
  ];
  for (const [what, action] of bad) {
    it(`refuses ${what}`, () => {
      assert.throws(() => formatAction(action, 'id'), kind('protocol'));
    });
  }

  it('accepts what just fits', () => {
    const line = 1024 - 'Variable: \r\n'.length;
    formatAction({ Action: 'Getvar', Variable: 'v'.repeat(line) }, 'id');
    formatAction({ Action: 'UpdateConfig', ...numbered(98) }, 'id');
  });

  it('never yields more lines than headers, nor any other header', () => {
    const unit = fc.integer({ min: 0, max: 0x2030 }).map((code) => String.fromCharCode(code));
    const key = fc.oneof(
      fc.constantFrom('Channel', 'Variable', 'channel', 'X-1', 'a b', 'A:', 'x\n'),
      fc.string({ unit, maxLength: 5 }),
    );
    const value = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ unit, maxLength: 20 }),
      fc.constantFrom('a\r\nb', '\n', '\r', '\u2028'),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 4 }), value, (rest, id) => {
        const action = { ...rest, Action: 'Getvar' };
        let wire: string;
        try {
          wire = formatAction(action, id);
        } catch (error) {
          return error instanceof AmiError;
        }
        const lines = wire.split(/\r\n|\r|\n/);
        return lines.length === Object.keys(action).length + 3 && wire.endsWith('\r\n\r\n');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('newActionId', () => {
  it('gives 128 bits that do not come again', () => {
    const ids = new Set(Array.from({ length: 3000 }, newActionId));
    assert.equal(ids.size, 3000);
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  });
});

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`Line-${at}`, 'x']));
}

function kind(wanted: AmiError['kind']) {
  return (error: unknown) => error instanceof AmiError && error.kind === wanted;
}
