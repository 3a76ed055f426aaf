import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsterisk } from '../../../src/cli/doctor/asterisk-checks.ts';
import type { AsteriskFacts } from '../../../src/pbx/asterisk/examine/facts.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { gatedPolicy, healthy, PBX } from './facts.ts';

/** What is wrong, how it is told, and what the fix holds. */
export interface Case {
  readonly name: string;
  readonly facts?: Partial<AsteriskFacts>;
  readonly policy?: Partial<Policy>;
  /** Instead of the fixture's. */
  readonly token?: undefined;
  /** Check and level. */
  readonly told: string;
  readonly what: RegExp;
  readonly fix: RegExp;
}

export function testCases(cases: readonly Case[]): void {
  for (const { name, facts, policy, told, what, fix, ...more } of cases) {
    test(`doctor, Asterisk: ${name}`, () => {
      const channelToken = 'token' in more ? undefined : PBX.asterisk.channelToken;
      const pbx = { ...PBX, asterisk: { ...PBX.asterisk, channelToken } };
      const findings = checkAsterisk(
        pbx,
        { ...healthy(), ...facts },
        { ...gatedPolicy(), ...policy },
      );
      const [check] = told.split(' ');
      const found = findings.find((each) => each.check === check && what.test(each.what));
      assert.equal(`${found?.check} ${found?.level}`, told, JSON.stringify(findings, undefined, 1));
      assert.match([found?.fix?.say ?? [], ...(found?.fix?.lines ?? [])].flat().join('\n'), fix);
    });
  }
}
