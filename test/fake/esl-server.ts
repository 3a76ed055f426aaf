import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { apiAnswer, type FakeEslState } from './esl-answers.ts';
import { eslConnection, type FakeEslConnection } from './esl-connection.ts';
import { eventOf, eventsOf, type FakeEvent, messageOf, type Subscription } from './esl-message.ts';

export interface FakeEslOptions {
  /** Default `secret`. */
  readonly password?: string;
  /** 0 or left out: any free port of loopback. */
  readonly port?: number;
  /** Writes in pieces of this many bytes, one a turn of the event loop. */
  readonly chunkBytes?: number;
  /** Turns every client away, as the event socket's ACL does. */
  readonly rejectAll?: boolean;
}

/** One client, from the server's side. */
export interface FakeEslSession {
  readonly authed: boolean;
  readonly subscription: Readonly<Subscription>;
  /** Text to this session alone, as it is. */
  send(text: string): void;
  sendBytes(bytes: Buffer): void;
  /** The disconnect notice, then the end. */
  goodbye(): void;
  reset(): void;
  /** The end without a word. */
  end(): void;
}

export interface RecordedCommand {
  readonly session: FakeEslSession;
  /** Like `api uuid_kill 7f… CALL_REJECTED`; `auth` is not recorded. */
  readonly line: string;
}

/** A PBX that speaks the event socket on loopback and does what a test tells it. */
export interface FakeEsl extends Omit<FakeEslState, 'hangUp'> {
  readonly port: number;
  /** Those connected now. */
  readonly sessions: readonly FakeEslSession[];
  /** Every command since the start, the oldest first. */
  readonly commands: readonly RecordedCommand[];
  /** Sends one event to every session that subscribed to it; a Buffer or string is its JSON as it is. */
  emit(event: Readonly<Record<string, string>> | string | Buffer): void;
  heartbeat(): void;
  /** Emits the same event many times, no faster than the clients read. */
  flood(event: Readonly<Record<string, string>> | Buffer, times: number): Promise<void>;
  /**
   * Emits the same event many times without a pause in which a client could read, and then cuts off
   * in the middle of one whoever subscribed to it: as FreeSWITCH does with a reader that stalls.
   */
  overflow(event: Readonly<Record<string, string>>, times: number): void;
  /** Emits a transcript's events, byte for byte; a new Core-UUID and time are not made up. */
  play(capture: Buffer): void;
  /** Half an event, the disconnect notice in the middle of it, the end: as a slow reader is cut off. */
  cutOff(): void;
  /** Resolves with the first recorded command that begins so, be it one of the past. */
  seen(beginning: string): Promise<RecordedCommand>;
  /** Stops reading, answering and telling, keeps the connections open, as a hung PBX does. */
  stall(): void;
  resume(): void;
  /** Resets every connection. */
  drop(): void;
  stop(): Promise<void>;
  /** Drops everything, listens again on the same port; no channel is left. */
  restart(): Promise<void>;
}

export async function startEslServer(options: FakeEslOptions = {}): Promise<FakeEsl> {
  const { password = 'secret', chunkBytes } = options;
  const sessions: FakeEslConnection[] = [];
  const sockets = new Set<Socket>();
  const commands: RecordedCommand[] = [];
  const waiting = new Set<(command: RecordedCommand) => void>();
  let held: (() => void)[] | undefined;
  let port = options.port ?? 0;

  const state: FakeEslState = {
    registrations: [],
    core: randomUUID(),
    modules: new Set(['mod_sofia']),
    channels: new Map(),
    variables: new Map(),
    hash: new Map(),
    killed: [],
    wrongPasswords: 0,
    answers: new Map(),
    hangUp(uuid, cause) {
      const created = state.channels.get(uuid);
      state.killed.push({ uuid, cause });
      if (created === undefined) return false;
      for (const name of ['CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY']) {
        emit({ ...created.headers, 'Event-Name': name, 'Hangup-Cause': cause });
      }
      return true;
    },
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    if (options.rejectAll === true) {
      socket.resume().end(messageOf('text/rude-rejection', 'Access Denied, go away.\n'));
    } else if (held === undefined) accept();
    else held.push(accept);
    function accept(): void {
      sessions.push(
        eslConnection(socket, {
          password,
          chunkBytes,
          api: (command) => apiAnswer(state, command),
          command(session, line) {
            const command = { session, line };
            commands.push(command);
            for (const see of waiting) see(command);
          },
          closed: (session) => sessions.splice(sessions.indexOf(session), 1),
          refused: () => state.wrongPasswords++,
        }),
      );
    }
  });

  function emit(event: Parameters<FakeEsl['emit']>[0]): void {
    tell(eventOf(event));
  }

  function tell(event: FakeEvent): void {
    if (held !== undefined) return;
    const { 'Event-Name': name, 'Unique-ID': uuid } = event.headers;
    if (uuid !== undefined && name === 'CHANNEL_CREATE') remember(uuid, event);
    if (uuid !== undefined && name === 'CHANNEL_DESTROY') state.channels.delete(uuid);
    for (const one of sessions) one.tell(event);
  }

  function remember(uuid: string, event: FakeEvent): void {
    state.channels.set(uuid, event);
    for (const oldest of state.channels.keys()) {
      if (state.channels.size <= MAX_CHANNELS) break;
      state.channels.delete(oldest);
    }
  }

  function drop(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  async function listen(): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    // oxlint-disable-next-line no-unsafe-type-assertion -- a TCP server has an AddressInfo.
    port = (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    if (!server.listening) return;
    held = undefined;
    server.close();
    drop();
    await once(server, 'close');
  }

  await listen();
  return Object.assign(state, {
    port,
    sessions,
    commands,
    emit,
    heartbeat: () => emit(HEARTBEAT),
    async flood(event: Readonly<Record<string, string>> | Buffer, times: number) {
      const one = eventOf(event);
      for (let sent = 0; sent < times; sent++) {
        tell(one);
        const full = () => [...sockets].some((socket) => socket.writableLength > MAX_UNSENT_BYTES);
        while (full()) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    overflow(event: Readonly<Record<string, string>>, times: number) {
      for (let sent = 0; sent < times; sent++) emit(event);
      cutOff(sessions.filter(({ subscription }) => subscription.names.size > 0));
    },
    play(capture: Buffer) {
      for (const event of eventsOf(capture)) tell(event);
    },
    cutOff: () => cutOff(sessions),
    seen(beginning: string) {
      const past = commands.find(({ line }) => line.startsWith(beginning));
      if (past !== undefined) return Promise.resolve(past);
      return new Promise<RecordedCommand>((resolve) => {
        function see(one: RecordedCommand): void {
          if (!one.line.startsWith(beginning)) return;
          waiting.delete(see);
          resolve(one);
        }
        waiting.add(see);
      });
    },
    stall() {
      held ??= [];
      for (const one of sessions) one.pause();
    },
    resume() {
      const late = held ?? [];
      held = undefined;
      for (const one of sessions) one.resume();
      for (const act of late) act();
    },
    drop,
    stop,
    async restart() {
      await stop();
      state.channels.clear();
      state.core = randomUUID();
      await listen();
    },
  });
}

function cutOff(whom: readonly FakeEslConnection[]): void {
  const event = messageOf('text/event-json', JSON.stringify({ ...HEARTBEAT, x: 'a: %zz' }));
  for (const one of whom) {
    one.sendBytes(event.subarray(0, event.length >> 1));
    one.goodbye();
  }
}

const HEARTBEAT = {
  'Event-Name': 'HEARTBEAT',
  'Core-UUID': '66ae0a94-1080-4515-b98b-8977af9fde27',
  'FreeSWITCH-Hostname': 'vm',
  'Event-Info': 'System Ready',
  'FreeSWITCH-Version': '1.11.2-release+git~20260301T000000Z~3f13ad1~64bit',
  'Up-Time': '0 years, 0 days, 0 hours, 1 minute, 0 seconds',
  'Session-Count': '0',
};
const MAX_CHANNELS = 10_000;
const MAX_UNSENT_BYTES = 1_000_000;
