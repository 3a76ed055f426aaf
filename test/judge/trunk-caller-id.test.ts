import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrunkCallerId } from '../../src/policy/policy-trunks.ts';
import { prefixTable } from '../../src/event/network.ts';
import { call, court, plain, policyOf, trunk, TRUNK, worldOf } from './fixture.ts';

const NOTHING: TrunkCallerId = {
  numbers: [],
  names: [],
  patterns: [],
  allowed: [],
  anonymous: 'pass',
};

type Shown = { readonly callingNumber?: string; readonly callingName?: string };
const NUMBER = '0201234567';
const NONE: Shown = { callingNumber: '' };

const rows: readonly [string, Partial<TrunkCallerId>, Shown, answer: string, why?: RegExp][] = [
  ['nothing said', {}, { callingNumber: NUMBER }, 'pass'],
  ['nothing said, nothing shown', {}, NONE, 'pass'],
  [
    'a number',
    { numbers: ['0900123'] },
    { callingNumber: '0900123' },
    'reject',
    /"0900123" is junk on trunk gntel; never banned: trunk gntel$/,
  ],
  ['another number', { numbers: ['0900123'] }, { callingNumber: '09001234' }, 'pass'],
  [
    'a name, in any case',
    { names: ['spam likely'] },
    { callingName: 'Spam Likely' },
    'reject',
    /"Spam Likely" is junk/,
  ],
  ['a name sent as the number', { names: ['spammer'] }, { callingNumber: 'Spammer' }, 'reject'],
  ['a pattern in the number', { patterns: ['^0800'] }, { callingNumber: '0800777' }, 'reject'],
  ['a pattern in the name', { patterns: ['lottery'] }, { callingName: 'The LOTTERY' }, 'reject'],
  ['a pattern that is not there', { patterns: ['^0800'] }, { callingNumber: NUMBER }, 'pass'],
  ['an allowed kind', { allowed: ['^x', '^0[0-9]{9}$'] }, { callingNumber: NUMBER }, 'pass'],
  [
    'a kind that is not allowed',
    { allowed: ['^0[0-9]{9}$'] },
    { callingNumber: '12' },
    'reject',
    /"12" is none of the kinds that trunk gntel sends/,
  ],
  ['allowed, and no number shown', { allowed: ['^0[0-9]{9}$'] }, NONE, 'pass'],
  ['anonymous is watched', { anonymous: 'watch' }, NONE, 'watch', /no caller ID/],
  ['anonymous by its word', { anonymous: 'reject' }, { callingNumber: 'Anonymous' }, 'reject'],
  [
    'anonymous is refused, and a number shown',
    { anonymous: 'reject' },
    { callingNumber: NUMBER },
    'pass',
  ],
  [
    'junk comes before anonymous',
    { anonymous: 'watch', names: ['bad'] },
    { ...NONE, callingName: 'bad' },
    'reject',
    /"bad" is junk/,
  ],
];

for (const [name, changes, shown, answer, why = /^/] of rows) {
  test(`caller ID on a trunk: ${name}`, () => {
    const own = { ...trunk(), callerId: { ...NOTHING, ...changes } };
    const world = worldOf({ trunks: prefixTable([['203.0.113.0/28', own]]) });
    const { seeMany } = court(policyOf(), world);
    const verdict = seeMany(call({ from: TRUNK, callingName: 'Jansen', ...shown }), 20);
    assert.deepEqual(
      [verdict.answer, verdict.rule],
      [answer, answer === 'pass' ? 'trunk' : 'trunk-caller-id'],
    );
    assert.match(verdict.why, why);
  });
}

test("the rule's own list comes first; a trunk that may send it is still asked its own", () => {
  const callerId = { ...NOTHING, numbers: ['100', '0900'] };
  const ask = (junk: 'reject' | 'pass', callingNumber: string) => {
    const world = worldOf({ trunks: prefixTable([[TRUNK, { ...trunk(junk), callerId }]]) });
    return court(policyOf(), world).see(call({ from: TRUNK, callingNumber })).rule;
  };
  assert.equal(ask('reject', '100'), 'junk-caller-id');
  assert.equal(ask('pass', '100'), 'trunk-caller-id');
  assert.equal(ask('pass', '1000'), 'trunk');
});

test('what is no call is not asked, nor is anybody else', () => {
  const callerId: TrunkCallerId = { ...NOTHING, anonymous: 'reject' };
  const world = worldOf({ trunks: prefixTable([[TRUNK, { ...trunk(), callerId }]]) });
  const { see } = court(policyOf(), world);
  assert.equal(see(plain('challenged', { from: TRUNK })).answer, 'pass');
  assert.equal(see(call({ from: '10.20.1.1', callingNumber: '' })).rule, 'trusted-network');
});
