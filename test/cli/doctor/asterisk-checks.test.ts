import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsterisk } from '../../../src/cli/doctor/asterisk-checks.ts';
import { testCases } from './asterisk-cases.ts';
import { gatedPolicy, healthy, PBX } from './facts.ts';

test('a healthy PBX: every check is ok', () => {
  const findings = checkAsterisk(PBX, healthy(), gatedPolicy());
  assert.deepEqual(
    findings.map(({ check, level }) => `${check} ${level}`),
    [
      'rights ok',
      'events ok',
      'filters ok',
      'channelvars ok',
      'token ok',
      'gate ok',
      'doors ok',
      'acl ok',
      'clock ok',
    ],
  );
});

testCases([
  {
    name: 'the user lacks system',
    facts: { actions: new Set(['Getvar', 'Setvar']) },
    told: 'rights failed',
    what: /without system forged events/,
    fix: /\[ghostgate\] of manager\.conf.*\nwrite = system,call,reporting\nasterisk -rx 'manager reload'/,
  },
  {
    name: 'the user may run anything',
    facts: { actions: new Set(['Getvar', 'Setvar', 'DBPut', 'Command', 'Originate']) },
    told: 'rights warning',
    what: /more than it needs \(command, originate\)/,
    fix: /write = system,call,reporting/,
  },
  {
    name: 'rights are not told',
    facts: { actions: undefined },
    told: 'rights unseen',
    what: /does not tell/,
    fix: /manager show user ghostgate/,
  },
  {
    name: 'the user does not read calls',
    facts: { reads: ['security'] },
    told: 'events failed',
    what: /does not read call: calls are never seen/,
    fix: /read = security,call/,
  },
  {
    name: 'the user stands elsewhere',
    facts: { reads: [] },
    told: 'events unseen',
    what: /no read line/,
    fix: /manager show user/,
  },
  {
    name: 'filters are refused',
    facts: { filtered: false },
    told: 'filters failed',
    what: /one INVITE can forge/,
    fix: /write = system/,
  },
  {
    name: 'somebody else filters',
    facts: { eventFilters: ['Event: Newchannel'] },
    told: 'filters warning',
    what: /eventfilter lines/,
    fix: /eventfilter = Event: Newchannel/,
  },
  {
    name: 'a function in channelvars',
    facts: { channelVariables: ['GHOSTGATE_TOKEN', 'CHANNEL(pjsip,remote_addr)'] },
    told: 'channelvars failed',
    what: /function CHANNEL\(pjsip,remote_addr\): Asterisk deadlocks/,
    fix: /grep -n channelvars .*\nchannelvars = GHOSTGATE_TOKEN\nasterisk -rx 'manager reload'/,
  },
  {
    name: 'channelvars are not told',
    facts: { channelVariables: undefined },
    told: 'channelvars unseen',
    what: /does not tell/,
    fix: /manager show settings/,
  },
  {
    name: 'the mark is another',
    facts: { token: 'other' },
    told: 'token failed',
    what: /none is judged/,
    fix: /GHOSTGATE_TOKEN=…/,
  },
  {
    name: 'the mark is not printed',
    facts: { channelVariables: ['X'] },
    told: 'token failed',
    what: /channelvars does not hold/,
    fix: /channelvars = X,GHOSTGATE_TOKEN/,
  },
  {
    name: 'no mark at all',
    token: undefined,
    told: 'token warning',
    what: /carry no mark/,
    fix: /channel_token/,
  },
]);
