import { z } from 'zod';
import { parseAddress, parseNetwork } from '../event/source.ts';
import { cleanText, TEXT_LIMIT } from '../event/text.ts';
import { PLAIN_KINDS } from '../event/sip-event.ts';
import type { JournalRecord } from '../judge/journal.ts';

/**
 * Reads one line of a journal or capture; undefined when it is not one. A capture comes from
 * somebody else's machine: it is bounded, its texts are cleaned and its addresses canonical.
 */
export function journalRecord(line: string): JournalRecord | undefined {
  try {
    const parsed = RECORD.safeParse(JSON.parse(line));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema below is the type.
    return parsed.success ? (parsed.data as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

const text = z
  .string()
  .max(4096)
  .transform((value) => cleanText(value, TEXT_LIMIT) ?? '');
const words = z
  .string()
  .max(4096)
  .transform((value) => cleanText(value, 4096) ?? '');
const time = z.int().min(0).max(8.64e15);
const address = checked(parseAddress);
const network = checked(parseNetwork);
const proof = z.enum(['proven', 'forgeable']);
const registration = z.strictObject({ account: text, address, userAgent: text.optional() });

const facts = {
  pbx: text,
  seenAt: time,
  source: z.strictObject({
    address,
    port: z.int().min(0).max(65_535),
    transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss', 'unknown']),
  }),
  proof,
  account: text.optional(),
  endpoint: text.optional(),
  callingNumber: text.optional(),
  callingName: text.optional(),
  calledNumber: text.optional(),
  userAgent: text.optional(),
  fromHost: text.optional(),
  fromTag: text.optional(),
  callId: text.optional(),
  channel: text.optional(),
  localPort: z.int().min(0).max(65_535).optional(),
  context: text.optional(),
};

// Looser than the rest: a newer ghostgate may know more of an event than this one.
const event = z.discriminatedUnion('kind', [
  z.object({
    ...facts,
    kind: z.literal('call'),
    channel: text,
    authenticated: z.boolean().optional(),
    injected: z.boolean().optional(),
  }),
  z.object({ ...facts, kind: z.literal('call-ended'), channel: text, rang: z.boolean() }),
  z.object({
    ...facts,
    kind: z.enum(PLAIN_KINDS),
  }),
]);

const RECORD = z.discriminatedUnion('record', [
  z.object({
    record: z.literal('event'),
    at: time,
    event,
    verdict: z
      .object({ answer: z.enum(['pass', 'watch', 'reject', 'ban']), rule: text, why: words })
      .optional(),
    label: z.strictObject({ good: z.boolean(), class: text }).optional(),
  }),
  z.object({ record: z.literal('start'), at: time, site: text, mode: text }),
  z.object({
    record: z.literal('registrations'),
    at: time,
    pbx: text,
    live: z.array(registration).max(100_000),
  }),
  z.object({
    record: z.literal('registrations-changed'),
    at: time,
    pbx: text,
    added: z.array(registration).max(100_000),
    gone: z.array(registration).max(100_000),
  }),
  z.object({
    record: z.literal('trunks'),
    at: time,
    addresses: z.record(z.string().max(255), z.array(address).max(1000)),
  }),
  z.object({ record: z.literal('own'), at: time, networks: z.array(network).max(10_000) }),
  z.object({
    record: z.literal('ban'),
    at: time,
    ban: z.object({
      target: network,
      since: time,
      until: time,
      rule: text,
      why: words,
      proof,
      quarantine: z.boolean(),
      by: z.enum(['judge', 'hand']),
      pbx: text.optional(),
    }),
  }),
  z.object({ record: z.literal('released'), at: time, target: network, graceUntil: time }),
  z.object({ record: z.literal('forged'), at: time, address }),
]);

function checked(parse: (written: string) => string | undefined) {
  return z
    .string()
    .max(64)
    .transform((written, context) => {
      const canonical = parse(written);
      if (canonical !== undefined) return canonical;
      context.addIssue({ code: 'custom', message: 'not an address' });
      return z.NEVER;
    });
}
