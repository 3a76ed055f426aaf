import { Hono } from 'hono';
import { CONTROL_HEADER } from './control.ts';
import type { StatusReport } from './status-report.ts';
import type { Figures, HttpServer, Where } from './http.ts';
import { serveFigures } from './http.ts';
import { listenPrivately } from './socket.ts';

/** One site of a process of many; what it is not known to have while it does not run is left out. */
export interface CentralSite {
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
  readonly sites: readonly CentralSite[];
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

/**
 * Serves /metrics and /healthz for all sites on a loopback address. One site's trouble is no reason
 * to restart the process of all: /healthz names it, and answers 200. Rejects with ListenError.
 */
export function serveCentralMetrics(where: Where, parts: CentralParts): Promise<HttpServer> {
  const figures: Figures = {
    text: () => parts.metrics(),
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    health() {
      const wrong = parts.report().sites.filter(({ problems }) => problems.length > 0);
      return {
        status: 200,
        body: { ok: wrong.length === 0, sites: wrong.map(({ file }) => file) },
      };
    },
  };
  return serveFigures(where, figures, '--metrics');
}
