import { z } from 'zod';
import { NAME } from './asked.ts';
import type { Endpoint } from './endpoint.ts';
import { said } from './endpoint.ts';
import { feedsShape } from './shapes-status.ts';

/** Lists of addresses that others keep. */
export const FEEDS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/feeds',
    summary: 'Lists of addresses that others keep, and MMDB files.',
    may: 'read',
    answer: feedsShape,
    handle: (control) => ({ answer: control.feeds.view() }),
  },
  {
    method: 'post',
    path: '/feeds/refresh',
    summary: 'Looks at the places of all lists now.',
    may: 'act',
    answer: feedsShape,
    handle: async (control) => said(await control.feeds.refresh({})),
  },
  {
    method: 'post',
    path: '/feeds/{name}/accept',
    summary: 'Puts a list in force that is held back.',
    may: 'act',
    params: { name: NAME },
    answer: z.strictObject({ accepted: z.string(), entries: z.int() }),
    handle: async (control, { params, asker }) =>
      said(await control.feeds.accept({ name: String(params['name']), by: asker.by })),
  },
];
