import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { AmiError } from '../../src/pbx/asterisk/errors.ts';
import type { Frame, RefusedFrame } from '../../src/pbx/asterisk/frame.ts';
import {
  type AmiSession,
  openSession,
  type SessionOptions,
} from '../../src/pbx/asterisk/session.ts';
import { type FakeAmi, type FakeOptions, startAmiServer } from './ami-server.ts';

const open: { close(): unknown }[] = [];

/** Ends every server and session made here. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).toReversed()) await one.close();
}

/** A session with what its listener was told. */
export interface Attached {
  readonly session: AmiSession;
  readonly events: Frame[];
  readonly refused: RefusedFrame[];
  readonly closed: AmiError[];
}

/** A fake PBX and a session with it; closeAll ends both. */
export async function pair(
  fakeOptions: FakeOptions = {},
  options: Partial<SessionOptions> = {},
): Promise<Attached & { fake: FakeAmi }> {
  const fake = await startFake(fakeOptions);
  return { fake, ...(await attach(fake.port, options)) };
}

export async function attach(
  port: number,
  options: Partial<SessionOptions> = {},
): Promise<Attached> {
  const events: Frame[] = [];
  const refused: RefusedFrame[] = [];
  const closed: AmiError[] = [];
  const on: SessionOptions['on'] = {
    event: (frame) => events.push(frame),
    refused: (one) => refused.push(one),
    closed: (error) => closed.push(error),
  };
  const session = await openSession(settings(port, { on, ...options }));
  open.push(session);
  return { session, events, refused, closed };
}

export async function startFake(options: FakeOptions): Promise<FakeAmi> {
  const fake = await startAmiServer(options);
  open.push({ close: () => fake.stop() });
  return fake;
}

export function settings(port: number, options: Partial<SessionOptions> = {}): SessionOptions {
  return {
    policy: {
      host: '127.0.0.1',
      port,
      username: 'ghostgate',
      secret: 'secret',
      tls: false,
      allowClearTextOverNetwork: false,
      channelToken: undefined,
    },
    purpose: 'test',
    events: 'call',
    filters: [],
    on: { event: () => {}, refused: () => {}, closed: () => {} },
    ...options,
  };
}

export function user(rights: { secret?: string; write?: string[] }): FakeOptions {
  return { users: { ghostgate: { secret: 'secret', ...rights } } };
}

export async function listen(serve: (socket: Socket) => void): Promise<number> {
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

/** What the promise rejects with; fails when it does not, or not with an AmiError. */
export async function failure(promise: Promise<unknown>): Promise<AmiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AmiError, `not an AmiError: ${String(error)}`);
  return error;
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
