import { z } from 'zod';
import { BAN, CALL, HOURS, LIMIT, LOCKDOWN_ON, MOST_ROWS, NAME, NETWORK, UNBAN } from './asked.ts';
import type { Control } from './control.ts';
import type { Refusal } from './refusal.ts';
import type { Asker } from './entry.ts';
import { problems } from './health.ts';
import {
  auditShape,
  banShape,
  explanationShape,
  historyShape,
  time,
  verdictShape,
} from './shapes.ts';
import { feedsShape, lockdownShape, lockdownViewShape, statusShape } from './shapes-status.ts';

/** One question or order of the API: what it takes, what it answers, who may. */
export interface Endpoint<Asks = Control> {
  readonly method: 'get' | 'post' | 'delete';
  /** As in OpenAPI, under /api: `/bans/{target}`. */
  readonly path: string;
  readonly summary: string;
  readonly may: 'read' | 'act';
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly handle: (control: Asks, asked: Asked) => Said | Promise<Said>;
}

/** What the daemon said: the answer of the schema, or no. */
type Said =
  | { readonly answer: object }
  | Refusal
  | { readonly problems: string[] }
  | { readonly missing: string };

/** What was asked: each part as the endpoint's own schema has read it. */
interface Asked {
  readonly asker: Asker;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const limit = LIMIT.meta({ description: `At most so many; ${MOST_ROWS} at the most.` });
const rows = (query: Asked['query']): number => Math.min(Number(query['limit']), MOST_ROWS);
const ofBan = BAN.meta({ description: 'Who asks is known from the login or the token.' });

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
  {
    method: 'get',
    path: '/verdicts',
    summary: 'The newest verdicts, newest first. What passed and is no call is not kept.',
    may: 'read',
    query: { limit: limit },
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

function said(answer: object | Refusal): Said {
  return 'refused' in answer ? answer : { answer };
}
