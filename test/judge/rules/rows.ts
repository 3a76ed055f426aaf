import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipEvent } from '../../../src/event/sip-event.ts';
import type { Answer } from '../../../src/judge/verdict.ts';
import type { Changes } from '../fixture.ts';
import { court, policyOf } from '../fixture.ts';

export interface Row {
  readonly name: string;
  readonly event: SipEvent;
  /** How often it is seen; the last verdict counts. */
  readonly times?: number;
  readonly want: [Answer, string];
  readonly why?: RegExp;
  readonly policy?: Changes;
}

/** Strangers may call, so that only the rule in question is heard. */
export const open: Changes = { fromStrangers: 'pass' };
export const off = (rule: string): Changes => ({ ...open, rules: { [rule]: undefined } });

export function testRows(rows: readonly Row[]): void {
  for (const { name, event, times, want, why, policy } of rows) {
    test(`rules: ${name}`, () => {
      const verdict = court(policyOf(policy)).seeMany(event, times ?? 1);
      assert.deepEqual([verdict.answer, verdict.rule], want, verdict.why);
      if (why !== undefined) assert.match(verdict.why, why);
    });
  }
}
