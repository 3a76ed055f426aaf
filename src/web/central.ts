import { Hono } from 'hono';
import { CONTROL_HEADER } from './control.ts';
import type { StatusReport } from './control.ts';
import { codeOf, ListenError, listen, serverFor, stop } from './listen.ts';
import { listenPrivately } from './socket.ts';

/** One site of a process of many; what it is not known to have while it does not run is left out. */
export interface SiteReport {
  readonly file: string;
  readonly site?: string;
  /** refused: its policy is not good. failed: it could not be started. Both are tried again. */
  readonly state: 'starting' | 'running' | 'refused' | 'failed';
  readonly mode?: StatusReport['mode'];
  readonly socket?: string;
  readonly pbxs?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly state: string;
  }[];
  readonly bans?: number;
  readonly calls?: StatusReport['calls'];
  /** Milliseconds since the epoch. */
  readonly lastEventAt?: number;
  readonly problems: readonly string[];
  /** Times in a row that it was started anew after a fault of ours. */
  readonly faults: number;
}

export interface CentralReport {
  readonly version: string;
  readonly folder: string;
  readonly startedAt: number;
  /** Of the whole: the folder cannot be read. */
  readonly problems: readonly string[];
  readonly sites: readonly SiteReport[];
}

export interface CentralParts {
  readonly report: () => CentralReport;
  /** Figures of all sites in Prometheus text format. */
  metrics(): Promise<string>;
}

/** Serves GET /central on a unix socket that only root (the owner) may open. Rejects with ListenError. */
export async function serveCentral(
  path: string,
  { report }: CentralParts,
): Promise<{ close(): Promise<void> }> {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header(CONTROL_HEADER, '1');
  });
  app.get('/central', (context) => context.json(report()));
  app.onError((error, context) => context.json({ error: error.message }, 500));
  app.notFound((context) => context.json({ error: 'there is no such path' }, 404));
  return await listenPrivately(path, app);
}

/** Serves /metrics and /healthz for all sites on a loopback address. Rejects with ListenError. */
export async function serveCentralMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  parts: CentralParts,
): Promise<{ close(): Promise<void> }> {
  const app = new Hono();
  app.use(async (context, next) => {
    if (LOOPBACK.test(new URL(context.req.url).hostname)) return await next();
    return context.text('Ask by a loopback name.\n', 403);
  });
  app.get('/metrics', async (context) =>
    context.body(await parts.metrics(), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  );
  app.get('/healthz', (context) => {
    const wrong = parts.report().sites.filter(({ problems }) => problems.length > 0);
    return context.json({ ok: wrong.length === 0, sites: wrong.map(({ file }) => file) }, 200);
  });
  app.onError((error, context) => context.text(`${error.message}\n`, 500));
  const server = serverFor(app);
  try {
    await listen(server, { host, port });
  } catch (cause) {
    const busy = codeOf(cause) === 'EADDRINUSE';
    throw new ListenError(
      `cannot serve metrics on ${host}:${port}: ${busy ? 'the port is taken' : String(cause)}`,
      'Choose another port with --metrics.',
      cause,
    );
  }
  return { close: () => stop(server) };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
