import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { ListenOptions } from 'node:net';

/** A port or socket that could not be opened; `hint` says what to do next. */
export class ListenError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ListenError';
    this.hint = hint;
  }
}

/** An HTTP server for the app, not listening yet, that no slow client can hold for long. */
export function serverFor(app: Hono): Server {
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 };
  const listener = getRequestListener(app.fetch);
  const server = createServer(limits, (request, response) => void listener(request, response));
  server.maxConnections = 64;
  return server;
}

/** Resolves when the server listens; rejects with the error of the system. */
export async function listen(server: Server, where: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Stops listening and ends what is under way. */
export async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Code of a system error, like `EADDRINUSE`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
