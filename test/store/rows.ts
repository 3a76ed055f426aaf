import type { Ban } from '../../src/judge/verdict.ts';
import type { VerdictRow } from '../../src/judge/record.ts';

/** A ban from 1000 to 2000, but for what the test says. */
export function aBan(parts: Partial<Ban> = {}): Ban {
  return {
    target: '203.0.113.9',
    since: 1000,
    until: 2000,
    rule: 'auth-failure',
    why: '10 wrong passwords',
    proof: 'proven',
    quarantine: false,
    by: 'judge',
    pbx: 'acme',
    ...parts,
  };
}

export function aRow(parts: Partial<VerdictRow> = {}): VerdictRow {
  return {
    seenAt: 1000,
    pbx: 'acme',
    event: 'call',
    address: '203.0.113.9',
    port: 5060,
    transport: 'udp',
    target: '203.0.113.9',
    verdict: 'reject',
    rule: 'stranger-call',
    why: 'a stranger calls',
    proof: 'forgeable',
    ...parts,
  };
}
