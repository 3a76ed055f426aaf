import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { cleanText } from '../event/text.ts';
import type { AuditEntry } from '../judge/audit.ts';
import type { PagePolicy } from '../policy/policy-page.ts';
import { bodyOf, boundedBody, faulted, invalid, refused, reloaded } from './asked.ts';
import type { Doorway } from './audited.ts';
import type { Endpoint } from './endpoint.ts';
import type { Asker, Entry } from './entry.ts';
import { hardHeaders, isOwnPage, knownHost } from './guards.ts';
import type { PageFiles } from './page-files.ts';

export interface GuardedParts<Asks> {
  readonly policy: () => PagePolicy;
  readonly entry: Entry;
  readonly files: PageFiles;
  readonly endpoints: readonly Endpoint<Asks>[];
  /** Who answers what comes through this door. */
  readonly answers: (doorway: Doorway) => Asks;
  readonly openApi: object;
  readonly events: (context: Context, isStillIn: () => boolean) => Response;
  /** Logins, what was refused of them, and logouts. */
  readonly keepAudit: (entry: Omit<AuditEntry, 'at'>) => void;
}

type Room = { Variables: { asker: Asker } };

/** A page and its API. Everything but the page's own files and the login needs one. */
export function guardedApp<Asks>(parts: GuardedParts<Asks>): Hono<Room> {
  const { policy, entry, keepAudit } = parts;
  const app = new Hono<Room>();
  app.use(
    hardHeaders(),
    knownHost(() => policy().names),
    boundedBody(),
  );
  app.on('GET', [...parts.files.paths], (context) => parts.files.serve(context));

  app.post('/api/login', async (context) => {
    if (!isOwnPage(context)) return notOurs(context);
    const asked = LOGIN.safeParse(await bodyOf(context));
    if (!asked.success) return invalid(context, asked.error);
    const from = addressOf(context);
    const login = await entry.login(asked.data.user, asked.data.password, from);
    const by = cleanText(asked.data.user, 64) ?? '';
    const keep = { by, door: 'page', ...fromOf(from) } as const;
    if ('waitSeconds' in login) return tooMany(context, login.waitSeconds);
    if ('isWrong' in login) {
      // One entry for many wrong tries: whoever guesses must not push the rest out.
      if (login.isLast) keepAudit({ ...keep, did: 'login refused', refused: TOO_OFTEN });
      return context.json({ error: 'wrong name or password' }, 401);
    }
    keepAudit({ ...keep, did: 'login' });
    setCookie(context, COOKIE, login.session, {
      ...cookie(policy()),
      maxAge: policy().sessionSeconds,
    });
    return context.json({ ok: true });
  });

  app.post('/api/logout', (context) => {
    if (!isOwnPage(context)) return notOurs(context);
    const session = getCookie(context, COOKIE, prefix(policy()));
    const asker = session === undefined ? undefined : entry.bySession(session);
    if (session !== undefined) entry.logout(session);
    if (asker !== undefined) {
      const { by, door } = asker;
      keepAudit({ by, door, ...fromOf(addressOf(context)), did: 'logout' });
    }
    deleteCookie(context, COOKIE, cookie(policy()));
    return context.json({ ok: true });
  });

  app.use('/api/*', async (context, next) => {
    const asker = whoAsks(context);
    if (asker === undefined) return context.json(NOBODY, 401);
    if ('waitSeconds' in asker) return tooMany(context, asker.waitSeconds);
    const isOrder = !['GET', 'HEAD'].includes(context.req.method);
    if (isOrder && asker.door === 'page' && !isOwnPage(context)) return notOurs(context);
    context.set('asker', asker);
    context.header('cache-control', 'no-store');
    return await next();
  });
  app.get('/api/openapi.json', (context) => context.json(parts.openApi));
  app.get('/api/events', (context) => parts.events(context, () => whoAsks(context) !== undefined));
  for (const endpoint of parts.endpoints) {
    const path = `/api${endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    app.on(endpoint.method, path, (context) => answer(endpoint, context));
  }
  app.notFound((context) => context.json({ error: `no ${context.req.method} here` }, 404));
  app.onError((error, context) => faulted(context, error));
  return app;

  function whoAsks(context: Context): Asker | { waitSeconds: number } | undefined {
    const [, token] =
      /^Bearer (\S{1,1024})$/i.exec(context.req.header('authorization') ?? '') ?? [];
    if (token !== undefined) return entry.byToken(token, addressOf(context));
    const session = getCookie(context, COOKIE, prefix(policy()));
    return session === undefined ? undefined : entry.bySession(session);
  }

  async function answer(endpoint: Endpoint<Asks>, context: Context<Room>): Promise<Response> {
    const asker = context.get('asker');
    if (endpoint.may === 'act' && asker.may !== 'act') {
      const hint = 'give it `may: act` in page.tokens of the policy';
      return context.json({ error: `the token ${asker.by} may only look`, hint }, 403);
    }
    const params = z.object(endpoint.params ?? {}).safeParse(context.req.param());
    if (!params.success) return invalid(context, params.error);
    const query = z.object(endpoint.query ?? {}).safeParse(context.req.query());
    if (!query.success) return invalid(context, query.error);
    const body = (endpoint.body ?? z.unknown()).safeParse(await bodyOf(context));
    if (!body.success) return invalid(context, body.error);
    const doorway = { door: asker.door, ...fromOf(addressOf(context)) };
    const asked = { asker, params: params.data, query: query.data, body: body.data };
    const given = await endpoint.handle(parts.answers(doorway), asked);
    if ('answer' in given) return context.json(given.answer);
    if ('refused' in given) return refused(context, given);
    if ('problems' in given) return reloaded(context, given);
    return context.json({ error: given.missing }, 404);
  }
}

const COOKIE = 'ghostgate';
const TOO_OFTEN = 'wrong passwords: no more tries for some minutes';
const LOGIN = z.strictObject({
  user: z.string().max(64),
  password: z.string().min(1).max(512),
});
const NOBODY = {
  error: 'log in first',
  hint: 'on the page, or send the header `Authorization: Bearer TOKEN` with a token of page.tokens',
};

function cookie(page: PagePolicy) {
  const own = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;
  return prefix(page) === undefined ? own : ({ ...own, secure: true, prefix: 'host' } as const);
}

/** With TLS the cookie is named `__Host-ghostgate`: no other host of the domain can set it. */
function prefix({ tls }: PagePolicy): 'host' | undefined {
  return tls === undefined ? undefined : 'host';
}

function notOurs(context: Context): Response {
  return context.json({ error: 'this did not come from our own page' }, 403);
}

function tooMany(context: Context, waitSeconds: number): Response {
  context.header('retry-after', String(waitSeconds));
  return context.json({ error: `too many tries; wait ${waitSeconds} s` }, 429);
}

/** Address of the connection: what a proxy claims of others is not taken for true. */
function addressOf(context: Context): string {
  return getConnInfo(context).remote.address ?? '';
}

/** A unix socket has no address. */
function fromOf(address: string): { from?: string } {
  return address === '' ? {} : { from: address };
}
