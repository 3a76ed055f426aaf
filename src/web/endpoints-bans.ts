import { z } from 'zod';
import { BAN, LIMIT, NETWORK, UNBAN } from './asked.ts';
import type { Endpoint } from './endpoint.ts';
import { said } from './endpoint.ts';
import { banShape, time } from './shapes.ts';

const ofBan = BAN.meta({ description: 'Who asks is known from the login or the token.' });

/** Bans, and what a person does about them. */
export const BANS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/bans',
    summary: 'Bans in force, newest first.',
    may: 'read',
    query: { limit: LIMIT.meta({ description: 'At most so many; all when left out.' }) },
    answer: z.strictObject({ total: z.int(), bans: z.array(banShape) }),
    handle(control, { query }) {
      const bans = control.bans();
      const newest = bans.toSorted((a, b) => b.since - a.since);
      const most = Number(query['limit']);
      return { answer: { total: bans.length, bans: newest.slice(0, most) } };
    },
  },
  {
    method: 'post',
    path: '/bans',
    summary: 'Shuts a source out by hand.',
    may: 'act',
    body: ofBan,
    answer: z.strictObject({ ban: banShape }),
    handle: async (control, { body, asker }) =>
      said(await control.ban({ ...ofBan.parse(body), by: asker.by })),
  },
  {
    method: 'delete',
    path: '/bans/{target}',
    summary: 'Lets a source in again; no rule shuts it out during the grace time.',
    may: 'act',
    params: { target: NETWORK },
    body: UNBAN,
    answer: z.strictObject({ released: z.boolean(), graceUntil: time }),
    handle: async (control, { params, body, asker }) =>
      said(
        await control.unban({
          ...UNBAN.parse(body),
          target: String(params['target']),
          by: asker.by,
        }),
      ),
  },
];
