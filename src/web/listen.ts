import { getRequestListener } from '@hono/node-server';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
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
export function serverFor(app: App): Server {
  const server = createServer(LIMITS, listenerFor(app));
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** The same over TLS. Throws what OpenSSL says of a bad certificate or key. */
export function tlsServerFor(app: App, pem: { cert: Buffer; key: Buffer }): TlsServer {
  const options = { ...LIMITS, ...pem, minVersion: 'TLSv1.2', handshakeTimeout: 5000 } as const;
  const server = createTlsServer(options, listenerFor(app));
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

export interface App {
  readonly fetch: Parameters<typeof getRequestListener>[0];
}

const LIMITS = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 };
const MOST_CONNECTIONS = 64;

function listenerFor(app: App): (request: IncomingMessage, response: ServerResponse) => void {
  const listener = getRequestListener(app.fetch);
  return (request, response) => void listener(request, response);
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
