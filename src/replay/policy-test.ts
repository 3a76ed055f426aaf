import { z } from 'zod';
import type { CallEvent, PlainEvent, SipEvent } from '../event/sip-event.ts';
import { PLAIN_KINDS } from '../event/sip-event.ts';
import { parseAddress, parseHostPort, parseNetwork, source } from '../event/source.ts';
import { parseDuration, DURATION_HINT } from '../policy/duration.ts';
import { readDocument } from '../policy/document.ts';
import { issue, name, text } from '../policy/fields.ts';
import { plain, placeOf } from '../policy/located.ts';
import { nearest } from '../policy/nearest.ts';
import type { Mistake, Problem } from '../policy/problem.ts';
import { pathText, show } from '../policy/problem.ts';

/** A file of policy tests, checked. */
export type PolicyTests = z.output<typeof FILE>;
export type PolicyCase = PolicyTests['cases'][number];
export type Expected = NonNullable<PolicyCase['expect']>[number];

/** Reads the YAML text of one file, or tells everything that is wrong with it. */
export function readPolicyTests(
  yaml: string,
  file: string,
): { readonly tests: PolicyTests } | { readonly problems: readonly Problem[] } {
  const { tree, problems } = readDocument(yaml, file);
  if (tree === undefined) return { problems };
  const parsed = FILE.safeParse(plain(tree));
  const found = parsed.success
    ? []
    : parsed.error.issues.flatMap((one): Problem[] => {
        const path = one.path.map((step) => (typeof step === 'number' ? step : String(step)));
        if (one.code === 'unrecognized_keys') {
          return one.keys.map((key) => {
            const near = nearest(key, KEYS);
            const hint = near === undefined ? undefined : `did you mean ${near}?`;
            const place = placeOf(tree, [...path, key], true);
            return { ...place, path: pathText([...path, key]), message: 'unknown key', hint };
          });
        }
        const hint: unknown = one.code === 'custom' ? one.params?.['hint'] : undefined;
        return [
          {
            ...placeOf(tree, path),
            path: pathText(path),
            message: one.message,
            hint: typeof hint === 'string' ? hint : undefined,
          },
        ];
      });
  if (parsed.success && problems.length === 0) return { tests: parsed.data };
  return { problems: [...problems, ...found] };
}

const address = text((value) =>
  parseHostPort(value) === undefined ? notAddress(value) : undefined,
);
const network = text((value) =>
  parseNetwork(value) === undefined ? notAddress(value) : undefined,
);
const words = text((value) => (value.length > 4096 ? { message: 'too long' } : undefined));
const seconds = text((value) =>
  parseDuration(value) === undefined
    ? { message: `not a time: ${show(value)}`, hint: DURATION_HINT }
    : undefined,
).transform((value) => parseDuration(value) ?? 0);

const EVENT = z
  .strictObject({
    kind: z.enum(['call', ...PLAIN_KINDS]),
    /** Address, or address:port. */
    from: address,
    /** Time since the event before it. */
    after: seconds.default(0),
    /** So many times, `every` so often; what is expected is of the last. */
    times: z.int().min(1).max(100_000).default(1),
    every: seconds.default(1),
    pbx: name().default('pbx'),
    proof: z.enum(['proven', 'forgeable']).default('forgeable'),
    transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss', 'unknown']).default('udp'),
    account: words.optional(),
    endpoint: words.optional(),
    calling: words.optional(),
    calling_name: words.optional(),
    called: words.optional(),
    user_agent: words.optional(),
    context: words.optional(),
    authenticated: z.boolean().optional(),
    injected: z.boolean().optional(),
  })
  .superRefine((event, context) => {
    if (event.kind === 'call') return;
    for (const key of ['authenticated', 'injected'] as const) {
      if (event[key] === undefined) continue;
      const message = `only a call is ${key}`;
      context.addIssue(issue({ message, hint: `take it out, or write kind: call` }, [key]));
    }
  });

const EXPECTED = z.strictObject({
  answer: z.enum(['pass', 'watch', 'reject', 'ban']).optional(),
  rule: words.optional(),
  /** A part of the why. */
  why: words.optional(),
  target: network.optional(),
  quarantine: z.boolean().optional(),
  /** Length of the ban. */
  jail: seconds.optional(),
  /** True when the breaker lets the ban through. */
  shut_out: z.boolean().optional(),
});

const CASE = z
  .strictObject({
    name: words,
    policy: words.optional(),
    world: z
      .strictObject({
        registered: z
          .array(z.strictObject({ account: words, address }))
          .max(10_000)
          .default([]),
        /** Addresses of the trunks' names: nothing asks DNS. */
        trunks: z.record(z.string().max(255), z.array(network).max(1000)).default({}),
        /** Addresses of the PBX itself. */
        own: z.array(network).max(1000).default([]),
      })
      .prefault({}),
    events: z.array(EVENT).min(1).max(1000),
    expect: z.array(EXPECTED).min(1).max(1000),
  })
  .superRefine(({ events, expect }, context) => {
    if (events.length === expect.length) return;
    const message = `${expect.length} expected for ${events.length} events`;
    const hint = 'write one line for each event, {} where anything will do';
    context.addIssue(issue({ message, hint }, ['expect']));
  });

const FILE = z.strictObject({
  policy: words.optional(),
  cases: z.array(CASE).min(1).max(10_000),
});

const KEYS = [
  ...Object.keys(FILE.shape),
  ...Object.keys(CASE.shape),
  ...Object.keys(EVENT.shape),
  ...Object.keys(EXPECTED.shape),
  'registered',
  'trunks',
  'own',
];

/** The events of one written line, its repetitions too. @param at of the first, ms */
export function* eventsOf(
  written: PolicyCase['events'][number],
  at: number,
): Generator<SipEvent, number> {
  let seenAt = at + written.after * 1000;
  for (let time = 0; time < written.times; time++) {
    if (time > 0) seenAt += written.every * 1000;
    yield eventOf(written, seenAt);
  }
  return seenAt;
}

function eventOf(written: PolicyCase['events'][number], seenAt: number): SipEvent {
  const { kind, pbx, proof, transport, authenticated, injected } = written;
  const from = parseHostPort(written.from);
  const facts = {
    pbx,
    seenAt,
    proof,
    source: source(from?.address ?? parseAddress(written.from) ?? '', from?.port ?? 0, transport),
    ...said('account', written.account),
    ...said('endpoint', written.endpoint),
    ...said('callingNumber', written.calling),
    ...said('callingName', written.calling_name),
    ...said('calledNumber', written.called),
    ...said('userAgent', written.user_agent),
    ...said('context', written.context),
  };
  if (kind !== 'call') return { ...facts, kind } satisfies PlainEvent;
  return {
    ...facts,
    kind,
    channel: `test-${seenAt}`,
    ...(authenticated === undefined ? {} : { authenticated }),
    ...(injected === undefined ? {} : { injected }),
  } satisfies CallEvent;
}

function said<Key extends string>(
  key: Key,
  value: string | undefined,
): { readonly [K in Key]?: string } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key loses its name.
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: string };
}

function notAddress(value: string): Mistake {
  return {
    message: `not an address: ${show(value)}`,
    hint: 'write it like 203.0.113.9, 203.0.113.9:5060 or 2001:db8::7',
  };
}
