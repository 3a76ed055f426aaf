import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { BANS } from './endpoints-bans.ts';
import { FEEDS } from './endpoints-feeds.ts';
import { LOCKDOWN } from './endpoints-lockdown.ts';
import { PAST } from './endpoints-past.ts';
import { problems } from './health.ts';
import { statusShape } from './shapes-status.ts';

/** All that may be asked of the daemon, in the order of its description. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/status',
    summary: 'Are the PBXs guarded? Links, enforcers, bans, policy, notices.',
    may: 'read',
    answer: statusShape,
    handle(control, { asker: { by, may } }) {
      const status = control.status();
      return { answer: { ...status, problems: problems(status), you: { by, may } } };
    },
  },
  {
    method: 'get',
    path: '/notices',
    summary: 'What the operator should know, newest first.',
    may: 'read',
    answer: z.strictObject({ notices: z.array(z.string()) }),
    handle: (control) => ({ answer: { notices: control.status().notices } }),
  },
  ...BANS,
  ...PAST,
  {
    method: 'post',
    path: '/reload',
    summary: 'Loads the policy file again; one with mistakes leaves the one before in force.',
    may: 'act',
    answer: z.strictObject({ ok: z.literal(true) }),
    async handle(control, { asker }) {
      const answer = await control.reload(asker.by);
      return 'ok' in answer ? { answer } : answer;
    },
  },
  ...LOCKDOWN,
  ...FEEDS,
];
