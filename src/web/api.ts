import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { parseNetwork } from '../event/source.ts';
import { cleanText, TEXT_LIMIT } from '../event/text.ts';
import { LONGEST_SECONDS } from '../policy/duration.ts';
import { CONTROL_HEADER, LONGEST_UNCONFIRMED_SECONDS } from './control.ts';
import type { Control } from './control.ts';

/**
 * The control as HTTP: GET /status, /bans, /explain/ADDRESS, /explain-call/CALL, POST /bans,
 * DELETE /bans/TARGET, POST /reload, GET /lockdown, POST /lockdown/on, /lockdown/confirm and
 * /lockdown/off, GET /feeds, POST /feeds/refresh and /feeds/NAME/accept. Addresses in a path are percent-encoded, for prefixes hold slashes. Every answer
 * is JSON; what is not 200 holds `error` and mostly `hint`.
 */
export function controlApp(control: Control): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header(CONTROL_HEADER, '1');
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (context) => tooLarge(context) }));

  app.get('/status', (context) => context.json(control.status()));

  app.get('/bans', (context) => {
    const bans = control.bans();
    const limit = LIMIT.safeParse(context.req.query('limit'));
    if (!limit.success) return invalid(context, limit.error);
    const newest = bans.toSorted((a, b) => b.since - a.since).slice(0, limit.data);
    return context.json({ total: bans.length, bans: newest });
  });

  app.get('/explain/:address', (context) => {
    const address = NETWORK.safeParse(context.req.param('address'));
    if (!address.success) return invalid(context, address.error);
    return context.json(control.explain(address.data));
  });

  app.get('/explain-call/:call', (context) => {
    const call = CALL.safeParse(context.req.param('call'));
    if (!call.success) return invalid(context, call.error);
    const story = control.explainCall(call.data);
    if (story !== undefined) return context.json(story);
    const hint =
      'copy it from the log or from `ghostgate explain ADDR`; or name the source the call came from';
    return context.json({ error: `no call ${call.data} is remembered`, hint }, 404);
  });

  app.post('/bans', async (context) => {
    const request = BAN.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.ban(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.delete('/bans/:target', async (context) => {
    const target = NETWORK.safeParse(context.req.param('target'));
    if (!target.success) return invalid(context, target.error);
    const request = UNBAN.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.unban({ target: target.data, ...request.data });
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.post('/reload', async (context) => {
    const answer = await control.reload();
    if ('ok' in answer) return context.json(answer);
    const error = 'the policy holds mistakes; the one before stays in force';
    return context.json(
      {
        error,
        hint: 'ghostgate check FILE, for every mistake with its place',
        problems: answer.problems,
      },
      422,
    );
  });

  app.get('/lockdown', async (context) => context.json(await control.lockdown.view()));

  app.post('/lockdown/on', async (context) => {
    const request = LOCKDOWN_ON.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.lockdown.on(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  for (const act of ['confirm', 'off'] as const) {
    app.post(`/lockdown/${act}`, async (context) => {
      const request = LOCKDOWN.safeParse(await bodyOf(context));
      if (!request.success) return invalid(context, request.error);
      const answer = await control.lockdown[act](request.data);
      return 'refused' in answer ? refused(context, answer) : context.json(answer);
    });
  }

  app.get('/feeds', (context) => context.json(control.feeds.view()));

  app.post('/feeds/refresh', async (context) => {
    const request = FEEDS_REFRESH.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.feeds.refresh(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.post('/feeds/:name/accept', async (context) => {
    const request = FEED_ACCEPT.safeParse({
      ...Object(await bodyOf(context)),
      name: context.req.param('name'),
    });
    if (!request.success) return invalid(context, request.error);
    const answer = await control.feeds.accept(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.notFound((context) => context.json({ error: `no ${context.req.method} here` }, 404));
  app.onError((error, context) => {
    const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
    return context.json(
      { error: error.message, hint: hint ?? 'journalctl -u ghostgate, for what the daemon says' },
      500,
    );
  });
  return app;
}

const MAX_BODY_BYTES = 4096;
const MAX_BECAUSE_CHARS = 200;
const MAX_NAME_CHARS = 64;

/** An address or prefix as a person writes it; becomes canonical text. */
const NETWORK = z
  .string()
  .max(64)
  .transform((text, context) => {
    const network = parseNetwork(text);
    if (network !== undefined) return network;
    context.addIssue({ code: 'custom', message: 'not an address or prefix' });
    return z.NEVER;
  });
/** A channel or Call-ID as it was stored: bounded and cleaned alike. */
const CALL = words(TEXT_LIMIT);
const BECAUSE = words(MAX_BECAUSE_CHARS);
const BY = words(MAX_NAME_CHARS);
const BAN = z.strictObject({
  target: NETWORK,
  seconds: z.int().min(1).max(LONGEST_SECONDS),
  because: BECAUSE,
  by: BY,
});
const UNBAN = z.strictObject({ because: BECAUSE, by: BY });
const LOCKDOWN_ON = z.strictObject({
  confirmWithinSeconds: z.int().min(1).max(LONGEST_UNCONFIRMED_SECONDS),
  by: BY,
});
const LOCKDOWN = z.strictObject({ by: BY });
const FEEDS_REFRESH = z.strictObject({ name: words(MAX_NAME_CHARS).optional() });
const FEED_ACCEPT = z.strictObject({ name: words(MAX_NAME_CHARS), by: BY });
const LIMIT = z.coerce.number().int().min(1).default(Number.MAX_SAFE_INTEGER);

/** A person's text without control characters: it goes into logs and onto terminals. */
function words(limit: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .transform((text) => cleanText(text, limit) ?? text);
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    return undefined;
  }
}

function invalid(context: Context, error: z.ZodError): Response {
  const mistakes = error.issues.map(({ path, message }) => [...path, message].join(': '));
  const hint = 'write addresses like 203.0.113.9, 203.0.113.0/28 or 2001:db8:1:2::/64';
  return context.json({ error: mistakes.join('; '), hint }, 400);
}

function refused(context: Context, answer: { refused: string; hint?: string }): Response {
  const hint = answer.hint === undefined ? {} : { hint: answer.hint };
  return context.json({ error: answer.refused, ...hint }, 409);
}

function tooLarge(context: Context): Response {
  return context.json({ error: `the request is larger than ${MAX_BODY_BYTES} bytes` }, 413);
}
