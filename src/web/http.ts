import { Hono } from 'hono';
import { parseAddress } from '../event/source.ts';
import type { StatusReport } from './control.ts';
import { outages } from './health.ts';
import { ListenError, codeOf, listen, serverFor, stop } from './listen.ts';
import type { Metrics } from './metrics.ts';

export interface HttpServer {
  /** The port taken; of use when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpParts {
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  status(): StatusReport;
}

/**
 * Serves /metrics and /healthz on a loopback address.
 * Rejects with ListenError when the host is no loopback address or the port is taken.
 */
export async function serveHttp(
  where: { readonly host: string; readonly port: number },
  parts: HttpParts,
): Promise<HttpServer> {
  const { host, port } = where;
  if (!isLoopback(host)) {
    throw new ListenError(
      `metrics.listen: ${host} is not a loopback address`,
      'Listen on 127.0.0.1 or ::1 and let a reverse proxy with a password stand before it.',
    );
  }
  const server = serverFor(httpApp(parts));
  try {
    await listen(server, { host, port });
  } catch (cause) {
    const busy = codeOf(cause) === 'EADDRINUSE';
    throw new ListenError(
      `cannot serve metrics on ${host}:${port}: ${busy ? 'the port is taken' : String(cause)}`,
      'Choose another port in metrics.listen.',
      cause,
    );
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => stop(server),
  };
}

function httpApp(parts: HttpParts): Hono {
  const app = new Hono();
  // A web page that a name of its own leads to 127.0.0.1 (DNS rebinding) must read nothing here:
  // browsers send that name as Host.
  app.use(async (context, next) => {
    if (isLoopback(new URL(context.req.url).hostname)) return await next();
    return context.text('Ask by a loopback name.\n', 403);
  });
  app.get('/metrics', async (context) =>
    context.body(await parts.metrics.text(parts.status()), 200, {
      'content-type': parts.metrics.contentType,
    }),
  );
  app.get('/healthz', (context) => {
    const wrong = outages(parts.status());
    return context.json(
      { ok: wrong.length === 0, problems: wrong },
      wrong.length === 0 ? 200 : 503,
    );
  });
  app.onError((error, context) => context.text(`${error.message}\n`, 500));
  return app;
}

/** @param host a name, an address, or an IPv6 address in brackets */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const address = parseAddress(host.replace(/^\[(.*)\]$/, '$1'));
  return address === '::1' || address?.startsWith('127.') === true;
}
