import type { Context, MiddlewareHandler } from 'hono';
import { parseAddress } from '../event/source.ts';

/**
 * Headers of every answer. Nothing inline runs or styles, nothing comes from elsewhere, nothing
 * may frame the page; and no text can become markup (Trusted Types with no policy at all).
 */
export function hardHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    for (const [name, value] of HEADERS) context.header(name, value);
  };
}

const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
];
const HEADERS: readonly (readonly [string, string])[] = [
  ['content-security-policy', POLICY.join('; ')],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=()'],
];

/**
 * A web page elsewhere that a name of its own leads here (DNS rebinding) sends that name as Host:
 * only addresses, localhost and the names of the policy are answered.
 */
export function knownHost(names: () => readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const { hostname } = new URL(context.req.url);
    const bare = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    const isKnown =
      bare === 'localhost' || parseAddress(bare) !== undefined || names().includes(bare);
    if (isKnown) return await next();
    const hint = 'ask by its address, or add the name to page.names of the policy';
    return context.json({ error: 'not a name of this page', hint }, 403);
  };
}

/** What a page of ours says with every order: a form elsewhere cannot send it (CORS). */
export const PAGE_HEADER = 'x-ghostgate';

/**
 * Reports whether a browser sent this order from our own page. hono/csrf looks at the content
 * types of forms alone and trusts the scheme of the address, which a proxy with TLS changes: here
 * every order needs our header, and an origin, where one is told, of the host that was asked.
 */
export function isOwnPage(context: Context): boolean {
  if (context.req.header(PAGE_HEADER) === undefined) return false;
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = context.req.header('origin');
  return origin === undefined || hostOf(origin) === context.req.header('host');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
