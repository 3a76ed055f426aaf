import { z } from 'zod';
import { CALL, HOURS, LIMIT, MOST_ROWS, NETWORK } from './asked.ts';
import type { Asked, Endpoint } from './endpoint.ts';
import { auditShape, explanationShape, historyShape, verdictShape } from './shapes.ts';

const limit = LIMIT.meta({ description: `At most so many; ${MOST_ROWS} at the most.` });
const rows = (query: Asked['query']): number => Math.min(Number(query['limit']), MOST_ROWS);

/** What happened, and who did what. */
export const PAST: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/verdicts',
    summary: 'The newest verdicts, newest first. What passed and is no call is not kept.',
    may: 'read',
    query: { limit },
    answer: z.strictObject({ verdicts: z.array(verdictShape) }),
    handle: (control, { query }) => ({ answer: { verdicts: control.verdicts(rows(query)) } }),
  },
  {
    method: 'get',
    path: '/history',
    summary: 'What happened over time, by PBX and rule; the busiest sources and dialled numbers.',
    may: 'read',
    query: { hours: HOURS.meta({ description: 'How far back, up to 90 days.' }) },
    answer: historyShape,
    handle: (control, { query }) => ({ answer: control.history(Number(query['hours'])) }),
  },
  {
    method: 'get',
    path: '/explain/{address}',
    summary: 'The story of one source: what it did, what was decided and why.',
    may: 'read',
    params: { address: NETWORK },
    answer: explanationShape,
    handle: (control, { params }) => ({ answer: control.explain(String(params['address'])) }),
  },
  {
    method: 'get',
    path: '/explain-call/{call}',
    summary: 'The story of one call, by its channel or its SIP Call-ID.',
    may: 'read',
    params: { call: CALL },
    answer: z.strictObject({
      call: z.string(),
      verdicts: z.array(verdictShape),
      source: explanationShape,
    }),
    handle(control, { params }) {
      const answer = control.explainCall(String(params['call']));
      return answer === undefined ? { missing: 'no call of this name is remembered' } : { answer };
    },
  },
  {
    method: 'get',
    path: '/audit',
    summary: 'Who did what, newest first.',
    may: 'read',
    query: { limit },
    answer: z.strictObject({ audit: z.array(auditShape) }),
    handle: (control, { query }) => ({ answer: { audit: control.audit(rows(query)) } }),
  },
];
