import { z } from 'zod';
import type { FeedsReport } from '../judge/feeds-report.ts';
import type { LockdownReport, LockdownView } from './control-lockdown.ts';
import type { StatusReport } from './status-report.ts';
import { time } from './shapes.ts';

const text = z.string();
const count = z.int().min(0);

export const lockdownShape = z
  .strictObject({
    state: z.enum(['off', 'unconfirmed', 'on']),
    since: time.exactOptional(),
    by: text.exactOptional(),
    until: time.exactOptional(),
    inForce: z.boolean(),
    droppedPackets: count,
    problem: text.exactOptional(),
  })
  .meta({
    id: 'Lockdown',
    description: 'The SIP ports closed to all but those who are let in.',
  }) satisfies z.ZodType<LockdownReport>;

export const lockdownViewShape = z
  .strictObject({
    lockdown: lockdownShape,
    plan: z.strictObject({
      sipPorts: z.array(count),
      trunks: z.array(z.strictObject({ name: text, addresses: count })),
      trusted: count,
      registered: z
        .strictObject({
          sources: count,
          outside: count,
          some: z.array(z.strictObject({ address: text, accounts: z.array(text) })),
          unreachable: z.array(text),
        })
        .exactOptional(),
      shutOut: z.strictObject({ sources: count, some: z.array(text) }),
      refusal: z.strictObject({ refused: text, hint: text.exactOptional() }).exactOptional(),
    }),
  })
  .meta({
    id: 'LockdownView',
    description: 'What lockdown is, and whom it would let in.',
  }) satisfies z.ZodType<LockdownView>;

const feed = z
  .strictObject({
    name: text,
    use: z.enum(['deny', 'evidence']),
    from: text,
    state: z.enum(['ok', 'waiting', 'held', 'failing']),
    entries: count,
    cut: count,
    cutEntries: z.array(z.strictObject({ network: text, what: text })),
    bad: count,
    badLines: z.array(z.strictObject({ line: count, text, mistake: text })),
    fetchedAt: time.exactOptional(),
    checkedAt: time.exactOptional(),
    problem: text.exactOptional(),
    held: z.strictObject({ entries: count, why: text }).exactOptional(),
  })
  .meta({ id: 'Feed', description: 'A list of addresses that others keep.' });

const geo = z.strictObject({
  what: z.enum(['country', 'asn']),
  file: text,
  builtAt: time.exactOptional(),
  problem: text.exactOptional(),
});

export const feedsShape = z.strictObject({ feeds: z.array(feed), geo: z.array(geo) }).meta({
  id: 'Feeds',
  description: 'Lists of addresses, and MMDB files.',
}) satisfies z.ZodType<FeedsReport>;

const link = z
  .strictObject({
    name: text,
    kind: text,
    state: z.enum(['connecting', 'up', 'degraded', 'refused', 'closed']),
    version: text.exactOptional(),
    since: time,
    problem: text.exactOptional(),
    lastLoss: z.strictObject({ at: time, why: text }).exactOptional(),
    counters: z.strictObject({
      connections: count,
      refusedFrames: count,
      unknownSources: count,
      lostEvents: count,
      restarts: count,
    }),
  })
  .meta({ id: 'Link', description: 'The link to one PBX.' });

const enforcer = z
  .strictObject({
    name: text,
    state: z.enum(['ok', 'failing']),
    problem: text.exactOptional(),
    present: count,
    drift: z.strictObject({ added: count, released: count }),
    lastTickAt: time.exactOptional(),
  })
  .meta({ id: 'Enforcer', description: 'One place where bans are written.' });

const status = {
  site: text,
  version: text,
  mode: z.enum(['observe', 'enforce']),
  startedAt: time,
  policy: z.strictObject({
    path: text,
    loadedAt: time,
    error: text.exactOptional().meta({
      description: 'Why the last load failed; the policy before it stays in force.',
    }),
  }),
  pbxs: z.array(link),
  gates: z.array(z.strictObject({ pbx: text, trusted: count, problem: text.exactOptional() })),
  enforcers: z.array(enforcer),
  bans: z.strictObject({ active: count, quarantines: count }),
  sources: count,
  verdicts: z.strictObject({ pass: count, watch: count, reject: count, ban: count }),
  calls: z.strictObject({
    judged: count,
    good: count,
    rejected: count,
    rangBeforeRejected: count,
  }),
  breaker: z.strictObject({ refused: count, overBudget: count }),
  injections: count,
  trunks: z.array(z.strictObject({ name: text, addresses: count, problem: text.exactOptional() })),
  lockdown: lockdownShape,
  feeds: feedsShape,
  notices: z.array(text).meta({ description: 'What the operator should know, newest first.' }),
  droppedRows: count.exactOptional(),
};
const reportShape = z.strictObject(status) satisfies z.ZodType<StatusReport>;

export const statusShape = reportShape
  .extend({
    problems: z.array(text).meta({ description: 'What is to be put right, a sentence each.' }),
    you: z.strictObject({ by: text, may: z.enum(['read', 'act']) }),
  })
  .meta({ id: 'Status', description: 'Whether the PBXs are guarded.' });
