import type { Policy } from '../policy/policy.ts';
import type { HttpParts, HttpServer } from '../web/http.ts';
import { serveHttp } from '../web/http.ts';

/** The servers of figures: one or none. No metrics are better than no guard: a taken port is told. */
export async function figuresOf(
  { metrics: { listen } }: Pick<Policy, 'metrics'>,
  parts: HttpParts,
  failed: (error: unknown) => undefined,
): Promise<HttpServer[]> {
  const server = listen === undefined ? undefined : await serveHttp(listen, parts).catch(failed);
  return server === undefined ? [] : [server];
}
