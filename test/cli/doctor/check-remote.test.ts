import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRemote } from '../../../src/cli/doctor/check-remote.ts';
import { failed } from '../../../src/cli/doctor/finding.ts';

test('how far a PBX is, and that install is for a copy of its files', () => {
  const near = { askedAt: 1000, answeredAt: 1012 };
  const far = { askedAt: 1000, answeredAt: 1080 };
  assert.deepEqual(told(checkRemote(near, [], true)), ['distance ok']);
  assert.deepEqual(told(checkRemote(far, [], true)), ['distance warning']);
  assert.deepEqual(told(checkRemote(far, [], false)), ['distance ok']);
  const gate = failed('gate', 'there is none', 'Put it there:', 'ghostgate install asterisk');
  assert.deepEqual(told(checkRemote(near, [gate], true)), ['distance ok', 'remote warning']);
});

function told(findings: ReturnType<typeof checkRemote>): string[] {
  return findings.map(({ check, level }) => `${check} ${level}`);
}
