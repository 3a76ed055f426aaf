import { Hono } from 'hono';
import { parseAddress } from '../event/source.ts';
import type { StatusReport } from './status-report.ts';
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
export function serveHttp(where: Where, parts: HttpParts): Promise<HttpServer> {
  const figures: Figures = {
    text: () => parts.metrics.text(parts.status()),
    contentType: parts.metrics.contentType,
    health() {
      const problems = outages(parts.status());
      const ok = problems.length === 0;
      return { status: ok ? 200 : 503, body: { ok, problems } };
    },
  };
  return serveFigures(where, figures, 'metrics.listen');
}

export interface Where {
  readonly host: string;
  readonly port: number;
}

export interface Figures {
  /** In Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
  /** What /healthz answers; 503 means that the guard is away. */
  health(): { readonly status: 200 | 503; readonly body: Readonly<Record<string, unknown>> };
}

/** @param setting where host and port are written, for whoever has to change them */
export async function serveFigures(
  { host, port }: Where,
  figures: Figures,
  setting: string,
): Promise<HttpServer> {
  if (!isLoopback(host)) {
    throw new ListenError(
      `${setting}: ${host} is not a loopback address`,
      'Listen on 127.0.0.1 or ::1 and let a reverse proxy with a password stand before it.',
    );
  }
  const server = serverFor(figuresApp(figures));
  try {
    await listen(server, { host, port });
  } catch (cause) {
    const busy = codeOf(cause) === 'EADDRINUSE';
    throw new ListenError(
      `cannot serve metrics on ${host}:${port}: ${busy ? 'the port is taken' : String(cause)}`,
      `Choose another port in ${setting}.`,
      cause,
    );
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => stop(server),
  };
}

function figuresApp(figures: Figures): Hono {
  const app = new Hono();
  // A web page that a name of its own leads to 127.0.0.1 (DNS rebinding) must read nothing here:
  // browsers send that name as Host.
  app.use(async (context, next) => {
    if (isLoopback(new URL(context.req.url).hostname)) return await next();
    return context.text('Ask by a loopback name.\n', 403);
  });
  app.get('/metrics', async (context) =>
    context.body(await figures.text(), 200, { 'content-type': figures.contentType }),
  );
  app.get('/healthz', (context) => {
    const { status, body } = figures.health();
    return context.json(body, status);
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
