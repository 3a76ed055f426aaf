import { z } from 'zod';
import { LOCKDOWN_ON } from './asked.ts';
import type { Endpoint } from './endpoint.ts';
import { said } from './endpoint.ts';
import { lockdownShape, lockdownViewShape } from './shapes-status.ts';

/** The SIP ports closed to all but the known. */
export const LOCKDOWN: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/lockdown',
    summary: 'What lockdown is, and whom it would let in.',
    may: 'read',
    answer: lockdownViewShape,
    handle: async (control) => ({ answer: await control.lockdown.view() }),
  },
  {
    method: 'post',
    path: '/lockdown/on',
    summary: 'Closes the SIP ports to all but the known; ends by itself unless confirmed in time.',
    may: 'act',
    body: LOCKDOWN_ON,
    answer: z.strictObject({ lockdown: lockdownShape }),
    handle: async (control, { body, asker }) =>
      said(await control.lockdown.on({ ...LOCKDOWN_ON.parse(body), by: asker.by })),
  },
  ...(['confirm', 'off'] as const).map((act): Endpoint => ({
    method: 'post',
    path: `/lockdown/${act}`,
    summary: act === 'off' ? 'Ends lockdown.' : 'Lockdown stays, over restarts too.',
    may: 'act',
    answer: z.strictObject({ lockdown: lockdownShape }),
    handle: async (control, { asker }) => said(await control.lockdown[act]({ by: asker.by })),
  })),
];
