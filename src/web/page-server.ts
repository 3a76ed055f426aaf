import { mkdirSync, readFileSync, unwatchFile, watchFile } from 'node:fs';
import { dirname } from 'node:path';
import type { Server } from 'node:http';
import type { PagePolicy } from '../policy/policy-page.ts';
import type { App } from './listen.ts';
import { ListenError, codeOf, listen, serverFor, stop, tlsServerFor } from './listen.ts';
import { listenOnSocket, replaceDead } from './socket.ts';

export interface PageServer {
  /** The port taken; of use when 0 was asked for. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/**
 * Serves the page where the policy says. A new certificate is taken up when its file changes; a
 * bad one leaves the one before in use and is told by `failed`.
 * @param lookMs how often its files are looked at
 * Rejects with ListenError when it cannot be served there.
 */
export async function servePage(
  page: Pick<PagePolicy, 'listen' | 'tls'>,
  app: App,
  failed: (error: unknown) => void,
  lookMs = LOOK_MS,
): Promise<PageServer> {
  const { listen: where, tls } = page;
  const place = 'socket' in where ? where.socket : `${where.host}:${where.port}`;
  const { server, unwatch } = open(app, tls, failed, lookMs);
  try {
    if ('socket' in where) {
      mkdirSync(dirname(where.socket), { recursive: true, mode: 0o755 });
      await replaceDead(where.socket);
      // As open as a loopback port is: everybody on this machine may knock, a proxy for one.
      await listenOnSocket(server, where.socket, 0o666);
    } else await listen(server, where);
  } catch (cause) {
    unwatch();
    if (cause instanceof ListenError) throw cause;
    const busy = codeOf(cause) === 'EADDRINUSE';
    throw new ListenError(
      `cannot serve the page on ${place}: ${busy ? 'the port is taken' : String(cause)}`,
      'Choose another place in page.listen.',
      cause,
    );
  }
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    async close() {
      unwatch();
      await stop(server);
    },
  };
}

/** Certificates are renewed every few weeks. */
const LOOK_MS = 30_000;

function open(
  app: App,
  tls: PagePolicy['tls'],
  failed: (error: unknown) => void,
  interval: number,
): { readonly server: Server; readonly unwatch: () => void } {
  if (tls === undefined) return { server: serverFor(app), unwatch: () => {} };
  const { cert, key } = tls;
  const read = () => ({ cert: readFileSync(cert), key: readFileSync(key) });
  try {
    const server = tlsServerFor(app, read());
    const renew = (): void => {
      try {
        server.setSecureContext(read());
      } catch (error) {
        failed(error);
      }
    };
    for (const file of [cert, key]) {
      watchFile(file, { interval, persistent: false }, renew);
    }
    return {
      server,
      unwatch() {
        for (const file of [cert, key]) unwatchFile(file, renew);
      },
    };
  } catch (cause) {
    throw new ListenError(
      `cannot serve the page with ${cert} and ${key}: ${String(cause)}`,
      'Give page.tls a certificate and its key, both PEM, that Ghostgate may read.',
      cause,
    );
  }
}
