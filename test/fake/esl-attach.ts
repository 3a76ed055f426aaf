import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { EslError } from '../../src/pbx/freeswitch/esl-error.ts';
import type { EslEvent, RefusedMessage } from '../../src/pbx/freeswitch/esl-event.ts';
import {
  type EslOptions,
  type EslSession,
  openEslSession,
} from '../../src/pbx/freeswitch/session.ts';
import { type FakeEsl, type FakeEslOptions, startEslServer } from './esl-server.ts';

const open: { close(): unknown }[] = [];

/** Ends every server and session made here. */
export async function closeAllEsl(): Promise<void> {
  for (const one of open.splice(0).toReversed()) await one.close();
}

/** A session with what its listener was told. */
export interface AttachedEsl {
  readonly session: EslSession;
  readonly events: EslEvent[];
  readonly refused: RefusedMessage[];
  readonly closed: EslError[];
}

/** A fake PBX and a session with it; closeAllEsl ends both. */
export async function pairEsl(
  fakeOptions: FakeEslOptions = {},
  options: Partial<EslOptions> = {},
): Promise<AttachedEsl & { fake: FakeEsl }> {
  const fake = await startFakeEsl(fakeOptions);
  return { fake, ...(await attachEsl(fake.port, options)) };
}

export async function attachEsl(
  port: number,
  options: Partial<EslOptions> = {},
): Promise<AttachedEsl> {
  const events: EslEvent[] = [];
  const refused: RefusedMessage[] = [];
  const closed: EslError[] = [];
  const on: EslOptions['on'] = {
    event: (event) => events.push(event),
    refused: (one) => refused.push(one),
    closed: (error) => closed.push(error),
  };
  const session = await openEslSession(eslSettings(port, { on, ...options }));
  open.push(session);
  return { session, events, refused, closed };
}

export async function startFakeEsl(options: FakeEslOptions = {}): Promise<FakeEsl> {
  const fake = await startEslServer(options);
  open.push({ close: () => fake.stop() });
  return fake;
}

export function eslSettings(port: number, options: Partial<EslOptions> = {}): EslOptions {
  return {
    policy: { host: '127.0.0.1', port, password: 'secret', allowClearTextOverNetwork: false },
    purpose: 'events',
    subscribe: ['all'],
    on: { event: () => {}, refused: () => {}, closed: () => {} },
    ...options,
  };
}

/** A server on loopback that does whatever `serve` does to each connection. */
export async function listenRaw(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What the promise rejects with; fails when it does not, or not with an EslError. */
export async function eslFailure(promise: Promise<unknown>): Promise<EslError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EslError, `not an EslError: ${String(error)}`);
  return error;
}
