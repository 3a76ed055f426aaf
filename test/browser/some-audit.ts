import type { AuditEntry } from '../../src/judge/audit.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** What people and programs did on the busy PBX, newest first. */
export function someAudit(now: number): AuditEntry[] {
  return [
    { at: now - 4 * MINUTE, by: 'anna', door: 'page', from: '127.0.0.1', did: 'login' },
    {
      at: now - 2 * HOUR,
      by: 'provisioning',
      door: 'token',
      from: '127.0.0.1',
      did: 'ban',
      target: '198.18.12.1',
      because: 'asked by customer',
      refused: 'it belongs to trunk gntel',
    },
    {
      at: now - 27 * HOUR,
      by: 'bert',
      door: 'socket',
      did: 'unban',
      target: '203.0.113.50',
      because: "customer's new office",
    },
  ];
}
