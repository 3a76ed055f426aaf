import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLook } from '../../src/daemon/alerts.ts';
import { aReport, aTroubledReport } from '../web/fake-control.ts';

test('what is wrong is told when it lasts, once, and when it is over', () => {
  const told: string[] = [];
  const look = createLook((kind, text) => told.push(`${kind}: ${text}`));
  look(aReport());
  look(aTroubledReport());
  look(aTroubledReport());
  assert.deepEqual(told, []);
  for (let at = 0; at < 5; at++) look(aTroubledReport());
  assert.deepEqual(
    new Set(told),
    new Set([
      'enforcer: enforcer fail2ban is failing: no socket at /run/fail2ban.sock',
      'link: PBX acme works in part: no right to read security events',
      'link: the link to PBX branch is lost: wrong secret',
      'policy: the policy file could not be loaded, the one before stays: policy.yaml:12:7 trunks[0]: not an address',
      'problem: the gate of acme is not kept: Asterisk would not do DBPut',
      'problem: trunk gntel is not found: DNS does not answer',
    ]),
  );
  assert.equal(told.length, 6);
  told.length = 0;
  look(aReport());
  look(aReport());
  assert.equal(told.length, 6);
  for (const text of told) assert.match(text, /^\w+: over: /);
  // A short outage is no news, and neither is its end.
  told.length = 0;
  look(aTroubledReport());
  look(aReport());
  assert.deepEqual(told, []);
});
