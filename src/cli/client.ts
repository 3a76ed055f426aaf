import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { cleanText } from '../event/text.ts';
import { CONTROL_HEADER } from '../web/control.ts';

/** What the daemon answered, or why there is no answer, with the exit code for it. */
export type Reply<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly exit: number; readonly error: string; readonly hint?: string };

export const DEFAULT_SOCKET = '/run/ghostgate/ghostgate.sock';
/** Folder of the sockets of `ghostgate central`, which systemd makes for it. */
export const CENTRAL_RUN = '/run/ghostgate-central';

/** The daemon said no, or is not healthy. */
export const EXIT_NO = 1;
/** The command was written wrongly. */
export const EXIT_USAGE = 2;
/** No daemon could be asked. */
export const EXIT_NO_DAEMON = 3;

/**
 * Asks the daemon over its socket. T is what web/api.ts sends for the path: both ends are one
 * program. Every string of the answer comes without control characters, for much of it was
 * chosen by strangers and goes to a terminal.
 */
export async function ask<T>(
  socketPath: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  try {
    const { status, text } = await exchange(socketPath, method, path, body);
    if (status === 200) {
      const answer: T = JSON.parse(text, cleaned);
      return { ok: true, body: answer };
    }
    const { error, hint }: { error: string; hint?: string } = JSON.parse(text, cleaned);
    return { ok: false, exit: EXIT_NO, error, ...(hint === undefined ? {} : { hint }) };
  } catch (cause) {
    return { ok: false, exit: EXIT_NO_DAEMON, ...noDaemon(socketPath, cause) };
  }
}

/** An unban waits for every enforcer. */
const PATIENCE_MS = 15_000;
/** 100,000 bans are some 25 MB. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(sent),
    };
    // A connection of its own: one kept open from before may have died with its daemon.
    const where = { socketPath, method, path, agent: false };
    const asked = request({ ...where, headers, timeout: PATIENCE_MS });
    asked.on('timeout', () => asked.destroy(new Error('it does not answer')));
    asked.on('error', reject);
    asked.on('response', (response) => {
      if (response.headers[CONTROL_HEADER] === undefined) {
        reject(new Error('something that is no ghostgate answers'));
        asked.destroy();
        return;
      }
      read(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    asked.end(sent);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** For JSON.parse: every string without control characters. */
export function cleaned(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? (cleanText(value, value.length) ?? value) : value;
}

/** Why no daemon could be asked. */
export function noDaemon(socketPath: string, cause: unknown): { error: string; hint: string } {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      error: `permission denied on ${socketPath}`,
      hint: 'run the command with sudo: only root may talk to the daemon',
    };
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    if (socketPath.startsWith(`${CENTRAL_RUN}/`)) {
      return {
        error: `no site runs on ${socketPath}`,
        hint: 'ghostgate central status, for the sites that run and what is wrong with others',
      };
    }
    return {
      error: `no daemon is running on ${socketPath}`,
      hint: 'systemctl start ghostgate; or name its socket with --socket or GHOSTGATE_SOCKET',
    };
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return {
    error: `cannot talk to the daemon on ${socketPath}: ${why}`,
    hint: 'journalctl -u ghostgate, for what the daemon says',
  };
}
