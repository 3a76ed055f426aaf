import { Hono } from 'hono';
import { z } from 'zod';
import {
  BAN,
  BY,
  CALL,
  HOURS,
  LIMIT,
  LOCKDOWN_ON,
  MOST_ROWS,
  NAME,
  NETWORK,
  SINCE,
  UNBAN,
  bodyOf,
  boundedBody,
  faulted,
  invalid,
  refused,
  reloaded,
} from './asked.ts';
import { CONTROL_HEADER } from './control.ts';
import type { Control } from './control.ts';
import { streamEvents } from './events.ts';

/**
 * The control as HTTP: GET /status, /bans, /explain/ADDRESS, /explain-call/CALL, /history, /report,
 * /notify, /events (server-sent), POST /bans, DELETE /bans/TARGET, POST /reload, /notify/test, GET
 * /lockdown, POST /lockdown/on, /lockdown/confirm and /lockdown/off, GET /feeds, POST
 * /feeds/refresh and /feeds/NAME/accept. Addresses in a path are percent-encoded, for prefixes hold
 * slashes. Every answer
 * is JSON; what is not 200 holds `error` and mostly `hint`.
 */
export function controlApp(control: Control): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header(CONTROL_HEADER, '1');
  });
  app.use(boundedBody());

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
    const request = FROM_SOCKET.ban.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.ban(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.delete('/bans/:target', async (context) => {
    const target = NETWORK.safeParse(context.req.param('target'));
    if (!target.success) return invalid(context, target.error);
    const request = FROM_SOCKET.unban.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.unban({ target: target.data, ...request.data });
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.post('/reload', async (context) => reloaded(context, await control.reload()));

  app.get('/audit', (context) => {
    const limit = LIMIT.safeParse(context.req.query('limit'));
    if (!limit.success) return invalid(context, limit.error);
    return context.json({ audit: control.audit(Math.min(limit.data, MOST_ROWS)) });
  });

  app.get('/events', (context) => streamEvents(context, control, () => true));

  app.get('/history', (context) => {
    const hours = HOURS.safeParse(context.req.query('hours'));
    if (!hours.success) return invalid(context, hours.error);
    return context.json(control.history(hours.data));
  });

  app.get('/notify', (context) => context.json({ channels: control.notify.channels() }));

  app.post('/notify/test', async (context) => {
    const request = FROM_SOCKET.notifyTest.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const tried = await control.notify.test(request.data.name);
    return 'refused' in tried ? refused(context, tried) : context.json({ tried });
  });

  app.get('/report', async (context) => {
    const since = SINCE.safeParse(context.req.query('since'));
    if (!since.success) return invalid(context, since.error);
    return context.json(await control.report(since.data));
  });

  app.get('/lockdown', async (context) => context.json(await control.lockdown.view()));

  app.post('/lockdown/on', async (context) => {
    const request = FROM_SOCKET.lockdownOn.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.lockdown.on(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  for (const act of ['confirm', 'off'] as const) {
    app.post(`/lockdown/${act}`, async (context) => {
      const request = FROM_SOCKET.lockdown.safeParse(await bodyOf(context));
      if (!request.success) return invalid(context, request.error);
      const answer = await control.lockdown[act](request.data);
      return 'refused' in answer ? refused(context, answer) : context.json(answer);
    });
  }

  app.get('/feeds', (context) => context.json(control.feeds.view()));

  app.post('/feeds/refresh', async (context) => {
    const request = FROM_SOCKET.feedsRefresh.safeParse(await bodyOf(context));
    if (!request.success) return invalid(context, request.error);
    const answer = await control.feeds.refresh(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.post('/feeds/:name/accept', async (context) => {
    const request = FROM_SOCKET.feedAccept.safeParse({
      ...Object(await bodyOf(context)),
      name: context.req.param('name'),
    });
    if (!request.success) return invalid(context, request.error);
    const answer = await control.feeds.accept(request.data);
    return 'refused' in answer ? refused(context, answer) : context.json(answer);
  });

  app.notFound((context) => context.json({ error: `no ${context.req.method} here` }, 404));
  app.onError((error, context) => faulted(context, error));
  return app;
}

/** On the socket the commands say who asks: only root may open it. */
const FROM_SOCKET = {
  ban: BAN.extend({ by: BY }),
  unban: UNBAN.extend({ by: BY }),
  lockdownOn: LOCKDOWN_ON.extend({ by: BY }),
  lockdown: z.strictObject({ by: BY }),
  feedsRefresh: z.strictObject({ name: NAME.optional() }),
  feedAccept: z.strictObject({ name: NAME, by: BY }),
  notifyTest: z.strictObject({ name: BY.optional() }),
};
