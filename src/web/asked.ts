import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { parseNetwork } from '../event/source.ts';
import { cleanText, TEXT_LIMIT } from '../event/text.ts';
import { LONGEST_SECONDS } from '../policy/duration.ts';
import { LONGEST_UNCONFIRMED_SECONDS } from './control-lockdown.ts';

// What the control socket and the page's API may be asked, and how both say no.

/** An address or prefix as a person writes it; becomes canonical text. */
export const NETWORK = z
  .string()
  .max(64)
  .transform((text, context) => {
    const network = parseNetwork(text);
    if (network !== undefined) return network;
    context.addIssue({ code: 'custom', message: 'not an address or prefix' });
    return z.NEVER;
  });
/** A channel or Call-ID as it was stored: bounded and cleaned alike. */
export const CALL = words(TEXT_LIMIT);
export const BY = words(64);
/** A name of the policy's. */
export const NAME = words(64);
const BECAUSE = words(200);
export const BAN = z.strictObject({
  target: NETWORK,
  seconds: z.int().min(1).max(LONGEST_SECONDS),
  because: BECAUSE,
});
export const UNBAN = z.strictObject({ because: BECAUSE });
export const LOCKDOWN_ON = z.strictObject({
  confirmWithinSeconds: z.int().min(1).max(LONGEST_UNCONFIRMED_SECONDS),
});
export const LIMIT = z.coerce.number().int().min(1).default(Number.MAX_SAFE_INTEGER);
/** How far back history is asked for: as long as the store keeps it. */
export const HOURS = z.coerce
  .number()
  .int()
  .min(1)
  .max(24 * 90)
  .default(24);
/** Ms since the epoch. */
export const SINCE = z.coerce.number().int().min(0);
/** Verdicts or audit entries in one answer. */
export const MOST_ROWS = 1000;

const MAX_BODY_BYTES = 4096;

/** A person's text without control characters: it goes into logs and onto terminals. */
function words(limit: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .transform((text) => cleanText(text, limit) ?? text);
}

export function boundedBody(): MiddlewareHandler {
  const error = `the request is larger than ${MAX_BODY_BYTES} bytes`;
  return bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (context) => context.json({ error }, 413),
  });
}

export async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    return undefined;
  }
}

export function invalid(context: Context, error: z.ZodError): Response {
  const mistakes = error.issues.map(({ path, message }) => [...path, message].join(': '));
  const hint = 'write addresses like 203.0.113.9, 203.0.113.0/28 or 2001:db8:1:2::/64';
  return context.json({ error: mistakes.join('; '), hint }, 400);
}

export function refused(context: Context, answer: { refused: string; hint?: string }): Response {
  const hint = answer.hint === undefined ? {} : { hint: answer.hint };
  return context.json({ error: answer.refused, ...hint }, 409);
}

export function reloaded(
  context: Context,
  answer: { ok: true } | { problems: string[] },
): Response {
  if ('ok' in answer) return context.json(answer);
  const error = 'the policy holds mistakes; the one before stays in force';
  const hint = 'ghostgate check FILE, for every mistake with its place';
  return context.json({ error, hint, problems: answer.problems }, 422);
}

export function faulted(context: Context, error: Error): Response {
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  return context.json(
    { error: error.message, hint: hint ?? 'journalctl -u ghostgate, for what the daemon says' },
    500,
  );
}
