import { z } from 'zod';
import type { Counts, FleetView, SiteRow, SiteView, Told } from '../judge/fleet-view.ts';
import { time } from './shapes.ts';

/** What the fleet page's API answers; each `satisfies` holds a shape to the type the program uses. */
const text = z.string();
const count = z.int().min(0);

const countsShape = z.strictObject({
  stopped: count,
  good: count,
  rang: count,
  bans: count,
}) satisfies z.ZodType<Counts>;

const givenUp = z.strictObject({ version: count, why: text });

export const siteRowShape = z
  .strictObject({
    site: text,
    state: z.enum(['ok', 'late', 'silent', 'never', 'revoked']),
    heardAt: time.exactOptional(),
    mode: text,
    version: text,
    isOld: z.boolean(),
    pbxs: z.array(z.strictObject({ name: text, kind: text, state: text, since: time })).readonly(),
    hour: countsShape.exactOptional(),
    bans: count,
    unsent: count,
    notices: count,
    policy: z
      .strictObject({
        ring: text,
        version: count.meta({ description: '0: none yet.' }),
        refused: givenUp.exactOptional(),
        rolledBack: givenUp.exactOptional(),
      })
      .exactOptional(),
    rank: count.meta({
      description: 'How bad its state, or the worst of its troubles, is; 0: all is well.',
    }),
    troubles: z.array(z.strictObject({ tone: z.enum(['bad', 'watch']), text })).readonly(),
  })
  .meta({
    id: 'SiteRow',
    description: 'How a site is, by its own signed word; `hour` counts the last hour.',
  }) satisfies z.ZodType<SiteRow>;

export const fleetShape = z
  .strictObject({
    since: time,
    now: time,
    link: z.strictObject({
      state: z.enum(['connecting', 'up']),
      since: time,
      problem: text.exactOptional(),
    }),
    isCaughtUp: z.boolean(),
    totals: z.strictObject({
      sites: count,
      ok: count,
      late: count,
      silent: count,
      never: count,
      revoked: count,
      troubled: count,
      linkDown: count,
      hour: countsShape,
      sources: count,
    }),
    sites: z.array(siteRowShape).readonly(),
  })
  .meta({ id: 'Fleet', description: 'All sites, worst first.' }) satisfies z.ZodType<FleetView>;

export const toldShape = z
  .strictObject({
    site: text,
    target: text,
    rule: text,
    proof: z.enum(['proven', 'forgeable']),
    at: time,
    until: time,
    alsoBy: z.array(text).readonly(),
  })
  .meta({ id: 'Told', description: 'What a site says of a source.' }) satisfies z.ZodType<Told>;

const steps = z.array(count.nullable()).readonly();

export const siteShape = z
  .strictObject({
    row: siteRowShape,
    startedAt: time.exactOptional(),
    sources: count.exactOptional(),
    verdicts: z
      .strictObject({ pass: count, watch: count, reject: count, ban: count })
      .exactOptional(),
    calls: z
      .strictObject({ judged: count, good: count, rejected: count, rang: count })
      .exactOptional(),
    breaker: z.strictObject({ refused: count, overBudget: count }).exactOptional(),
    notices: z.array(text).readonly(),
    revokedBecause: text.exactOptional(),
    past: z.strictObject({
      since: time,
      stepMs: count,
      steps: z.strictObject({ stopped: steps, good: steps, rang: steps, bans: steps }),
    }),
    told: z.array(toldShape).readonly(),
    toldInAll: count,
    others: z.array(toldShape).readonly(),
  })
  .meta({ id: 'Site', description: 'One site in full.' }) satisfies z.ZodType<SiteView>;
