import type { Policy } from '../policy/policy.ts';
import type { HttpParts, HttpServer } from '../web/http.ts';
import { serveHttp } from '../web/http.ts';

/** A guard without metrics is better than no guard: a taken port is told, not fatal. */
export async function serveFigures(
  { metrics: { listen } }: Pick<Policy, 'metrics'>,
  parts: HttpParts,
  failed: (error: unknown) => undefined,
): Promise<HttpServer | undefined> {
  return listen === undefined ? undefined : await serveHttp(listen, parts).catch(failed);
}
