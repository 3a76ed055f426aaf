import { z } from 'zod';
import { PLAIN_KINDS } from '../event/sip-event.ts';
import type { AuditEntry } from '../judge/audit.ts';
import type { History } from '../judge/history.ts';
import type { BanRecord, VerdictRow } from '../judge/record.ts';
import type { Ban } from '../judge/verdict.ts';
import type { Explanation } from './explanation.ts';

/**
 * What the API answers, as JSON Schema is made of it. Each `satisfies` holds a shape to the type
 * that the program uses, so that neither can change alone.
 */
const text = z.string();
const count = z.int().min(0);
export const time = z.int().meta({ description: 'Milliseconds since the epoch.' });
const answer = z.enum(['pass', 'watch', 'reject', 'ban']);
const proof = z.enum(['proven', 'forgeable']);

export const verdictShape = z
  .strictObject({
    seenAt: time,
    pbx: text,
    event: z.enum(['call', 'call-ended', ...PLAIN_KINDS]),
    address: text,
    port: count,
    transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss', 'unknown']),
    target: text.meta({ description: 'What a ban covers: an address, or an IPv6 prefix.' }),
    verdict: answer,
    rule: text,
    why: text,
    proof,
    account: text.exactOptional(),
    callingNumber: text.exactOptional(),
    callingName: text.exactOptional(),
    calledNumber: text.exactOptional(),
    userAgent: text.exactOptional(),
    callId: text.exactOptional(),
    channel: text.exactOptional(),
  })
  .meta({
    id: 'Verdict',
    description:
      'One judged event. Account, numbers, name and user agent were chosen by the sender: show them as text.',
  }) satisfies z.ZodType<VerdictRow>;

const ban = {
  target: text,
  since: time,
  until: time,
  rule: text,
  why: text,
  proof,
  quarantine: z.boolean().meta({ description: 'A short ban, for its evidence can be forged.' }),
  by: z.enum(['judge', 'hand']),
  pbx: text.exactOptional(),
};
export const banShape = z
  .strictObject(ban)
  .meta({ id: 'Ban', description: 'A source that is shut out.' }) satisfies z.ZodType<Ban>;

const banRecordShape = z
  .strictObject({
    ...ban,
    ended: z
      .strictObject({
        how: z.enum(['released', 'expired']),
        at: time,
        by: text.exactOptional(),
        because: text.exactOptional(),
      })
      .exactOptional(),
  })
  .meta({
    id: 'BanRecord',
    description: 'A ban with how it ended, if it did.',
  }) satisfies z.ZodType<BanRecord>;

const topShape = z
  .strictObject({ kind: z.enum(['source', 'dialled']), pbx: text, name: text, count })
  .meta({ id: 'Top', description: 'One of the busiest sources or dialled numbers.' });

export const historyShape = z
  .strictObject({
    since: time,
    until: time,
    stepMs: count,
    countedSince: time.exactOptional(),
    counts: z.array(
      z.strictObject({
        at: time,
        pbx: text,
        measure: z
          .enum([
            'stopped',
            'would-stop',
            'rang',
            'not-stopped',
            'passed',
            'let-through',
            'attempt',
            'shut-out',
            'would-shut-out',
            'released',
            'minutes-up',
          ])
          .meta({
            description:
              'stopped: ghost calls hung up, or gone before that. would-stop, would-shut-out: what observe mode only judged. rang: already sent to a phone when rejected. not-stopped: the PBX did not hang up. passed: good calls. let-through: calls of strangers. attempt: other faults, registrations mostly. shut-out: bans begun. minutes-up: minutes the link worked; without a PBX, minutes Ghostgate ran.',
          }),
        rule: text,
        count,
      }),
    ),
    sources: z.array(topShape),
    dialled: z.array(topShape),
  })
  .meta({ id: 'History', description: 'What happened over time.' }) satisfies z.ZodType<History>;

export const auditShape = z
  .strictObject({
    at: time,
    by: text,
    door: z.enum(['socket', 'page', 'token']),
    from: text.exactOptional(),
    did: z.enum([
      'ban',
      'unban',
      'reload',
      'lockdown on',
      'lockdown confirm',
      'lockdown off',
      'feed accept',
      'login',
      'logout',
      'login refused',
    ]),
    target: text.exactOptional(),
    because: text.exactOptional(),
    refused: text.exactOptional(),
  })
  .meta({ id: 'AuditEntry', description: 'Who did what.' }) satisfies z.ZodType<AuditEntry>;

export const explanationShape = z
  .strictObject({
    target: text,
    address: text,
    known: text.exactOptional(),
    standing: z.array(text),
    verdicts: z.array(verdictShape),
    bans: z.array(banRecordShape),
    shutOut: z
      .strictObject({ until: time, rule: text, why: text, quarantine: z.boolean() })
      .exactOptional(),
    graceUntil: time.exactOptional(),
  })
  .meta({
    id: 'Explanation',
    description: 'The story of one source.',
  }) satisfies z.ZodType<Explanation>;
