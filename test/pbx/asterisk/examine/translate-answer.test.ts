import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actionsIn,
  numberUnder,
  sectionsIn,
  valueOf,
} from '../../../../src/pbx/asterisk/examine/translate-answer.ts';
import { frameOf } from '../translate-frames.ts';

test('a file is read section by section; none is not the same as may not ask', () => {
  const answer = frameOf({
    Response: 'Success',
    'Category-000000': 'one',
    'Line-000000-000000': 'type=acl',
    'Line-000000-000001': 'Deny = 0.0.0.0/0 ',
    'Category-000001': 'two',
    'Line-000001-000000': 'permit=10.0.0.0/8',
    'Line-000001-000001': 'without a value',
  });
  assert.deepEqual(sectionsIn(answer), [
    [
      ['type', 'acl'],
      ['deny', '0.0.0.0/0'],
    ],
    [['permit', '10.0.0.0/8']],
  ]);
  const none = frameOf({ Response: 'Error', Message: 'Config file not found' });
  assert.deepEqual(sectionsIn(none), []);
  assert.equal(sectionsIn(frameOf({ Response: 'Error', Message: 'Permission denied' })), undefined);
  assert.equal(sectionsIn(undefined), undefined);
});

test('a value is empty where there is none', () => {
  assert.equal(valueOf(frameOf({ Response: 'Success', Value: '1' })), '1');
  assert.equal(valueOf(frameOf({ Response: 'Success' })), '');
  assert.equal(valueOf(frameOf({ Response: 'Error', Value: '1' })), '');
});

test('only what is followed by its rights is an action', () => {
  const answer = {
    Response: 'Success',
    ActionID: 'x',
    Reload: 'Send a reload event.  (Priv: system)',
  };
  assert.deepEqual(actionsIn(frameOf(answer)), new Set(['Reload']));
  assert.equal(actionsIn(frameOf({ Response: 'Error' })), undefined);
});

test('a number stands under its own key', () => {
  const rows = [frameOf({ Event: 'DBGetTreeResponse', Key: '/ghostgate/state/alive', Val: '17' })];
  assert.equal(numberUnder('/ghostgate/state/alive', rows), 17);
  assert.equal(numberUnder('/ghostgate/state/closed', rows), 0);
});
