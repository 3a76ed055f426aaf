import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { controlApp } from './api.ts';
import { audited } from './audited.ts';
import type { Control } from './control.ts';
import type { App } from './listen.ts';
import { ListenError, codeOf, listen, serverFor, stop } from './listen.ts';

/**
 * Serves the control on a unix socket that only root (the owner) may open.
 * Replaces the socket a dead daemon left behind. Rejects with ListenError when a living one
 * holds it, something else lies at the path, or the folder cannot be written.
 */
export async function serveControl(
  path: string,
  control: Control,
): Promise<{ close(): Promise<void> }> {
  return await listenPrivately(path, controlApp(audited(control, { door: 'socket' })));
}

/** Serves an app on a unix socket of the owner alone. Rejects with ListenError, as serveControl. */
export async function listenPrivately(path: string, app: App): Promise<{ close(): Promise<void> }> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new ListenError(
      `the path of the control socket is too long: ${path}`,
      `Linux takes ${MAX_PATH_BYTES} bytes at most: choose a shorter path in control.socket.`,
    );
  }
  const server = serverFor(app);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await replaceDead(path);
    await listenOnSocket(server, path, 0o600);
  } catch (cause) {
    if (cause instanceof ListenError) throw cause;
    throw new ListenError(
      `cannot open the control socket ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Run as root, or choose another path in control.socket.',
      cause,
    );
  }
  return { close: () => stop(server) };
}

/** sun_path holds 108 bytes with the closing zero (unix(7)); libuv cuts a longer path silently. */
const MAX_PATH_BYTES = 107;

/**
 * Listens on a unix socket with this mode. It is never open to others, not even between bind and
 * chmod: the umask sees to it.
 */
export async function listenOnSocket(server: Server, path: string, mode: number): Promise<void> {
  const before = process.umask(0o177);
  // Binding happens within this call; only the callback comes later.
  const listening = listen(server, { path });
  process.umask(before);
  await listening;
  chmodSync(path, mode);
}

/** Takes away the socket that a dead daemon left behind; ListenError when it is no such thing. */
export async function replaceDead(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new ListenError(
      `${path} is there already and is no socket`,
      'Move it away, or choose another path in the policy.',
    );
  }
  if (await answers(path)) {
    throw new ListenError(
      `another ghostgate is running on ${path}`,
      'Stop that one first (systemctl stop ghostgate), or give this one a socket of its own in the policy.',
    );
  }
  unlinkSync(path);
}

/** Only a refused connection proves that nobody is there. */
async function answers(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'));
  });
}
