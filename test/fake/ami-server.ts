import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { answer, type FakeState } from './ami-answers.ts';
import { type FakeConnection, fakeConnection } from './ami-connection.ts';
import { classesOf, genuineEvents, headerOf, passes } from './ami-event.ts';

/** What a user of the fake AMI server may do. */
export interface FakeUser {
  readonly secret: string;
  /** Classes of events it may read; default all of them. */
  readonly read?: readonly string[];
  /** Classes of actions it may write; default all of them. */
  readonly write?: readonly string[];
}

export type Row = Readonly<Record<string, string>>;

export interface FakeOptions {
  /** Default: one user `ghostgate` with secret `secret`. */
  readonly users?: Readonly<Record<string, FakeUser>>;
  /** AMI version in the greeting. */
  readonly version?: string;
  /** 0 or left out: any free port of loopback. */
  readonly port?: number;
  /** Challenge answers Error, as where MD5 is not offered. */
  readonly refuseChallenge?: boolean;
  /** Every Filter answers Error. */
  readonly refuseFilters?: boolean;
  /**
   * Answer to Getvar where `channels` has none; undefined: an empty value. Channel is '' for
   * globals. With it, every channel exists.
   */
  readonly getvar?: (channel: string, variable: string) => string | undefined;
  /** Like `GHOSTGATE_TOKEN=…`: printed at the end of every genuine channel event. */
  readonly channelVariables?: readonly string[];
  /** Writes in pieces of this many bytes, one a turn of the event loop. */
  readonly chunkBytes?: number;
}

export interface RecordedAction {
  readonly session: FakeSession;
  /** Headers of the action, `Action` and `ActionID` among them. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface FakeSession {
  readonly user: string | undefined;
  /** Event mask of its Login. */
  readonly events: string;
  readonly filters: readonly string[];
  /** Text to this session alone, as it is. */
  send(text: string): void;
  sendBytes(bytes: Buffer): void;
  reset(): void;
}

/** A PBX that speaks AMI on loopback and does what a test tells it. */
export interface FakeAmi extends Omit<FakeState, 'options' | 'users' | 'hangUp'> {
  readonly port: number;
  /** Those connected now. */
  readonly sessions: readonly FakeSession[];
  /** Every action since the start, the oldest first. */
  readonly actions: readonly RecordedAction[];
  /**
   * Sends one event, with whatever a caller made of its inside, to every session that reads the
   * class of its head and whose filters let it through. Its closing empty line may be left out.
   */
  emit(event: string | Buffer): void;
  /** Emits the same event many times, no faster than the clients read. */
  flood(event: string, times: number): Promise<void>;
  /** Sends a capture's events, its greeting and login left out. */
  play(capture: string | Buffer): void;
  /** Resolves with the first recorded action of this name that fits, be it one of the past. */
  seen(
    action: string,
    fits?: (headers: ReadonlyMap<string, string>) => boolean,
  ): Promise<RecordedAction>;
  /** Stops reading, answering and telling, keeps the connections open, as a hung PBX does. */
  stall(): void;
  resume(): void;
  /** Resets every connection. */
  drop(): void;
  stop(): Promise<void>;
  /** Drops everything, listens again on the same port. */
  restart(): Promise<void>;
}

export async function startAmiServer(options: FakeOptions = {}): Promise<FakeAmi> {
  const { users = { ghostgate: { secret: 'secret' } }, version = '11.0.0' } = options;
  const sessions: FakeConnection[] = [];
  const sockets = new Set<Socket>();
  const actions: RecordedAction[] = [];
  const waiting = new Set<(action: RecordedAction) => void>();
  /** Newchannel of those not hung up yet, for the fields of their Hangup. */
  const live = new Map<string, string>();
  let held: (() => void)[] | undefined;
  let port = options.port ?? 0;

  const state: FakeState = {
    options,
    users,
    channels: new Map(),
    contacts: [],
    endpoints: [],
    sipPeers: [],
    database: new Map(),
    answers: new Map(),
    lists: new Map(),
    hangUp(channel, cause) {
      const born = live.get(channel);
      const known = state.channels.delete(channel) || born !== undefined;
      live.delete(channel);
      if (!known && options.getvar === undefined) return false;
      const end = `Cause: ${cause === '' ? '16' : cause}\r\nCause-txt: Call Rejected`;
      const head = born ?? `Event: Newchannel\r\nPrivilege: call,all\r\nChannel: ${channel}`;
      emit(`${head.replace('Event: Newchannel', 'Event: Hangup').trimEnd()}\r\n${end}`);
      return true;
    },
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    if (held === undefined) accept();
    else held.push(accept);
    function accept(): void {
      sessions.push(
        fakeConnection(socket, {
          greeting: `Asterisk Call Manager/${version}\r\n`,
          chunkBytes: options.chunkBytes,
          action(session, headers) {
            const action = { session, headers };
            actions.push(action);
            if (held === undefined) answer(state, session, headers);
            else held.push(() => answer(state, session, headers));
            for (const tell of waiting) tell(action);
          },
          closed: (session) => sessions.splice(sessions.indexOf(session), 1),
        }),
      );
    }
  });

  function emit(event: string | Buffer): void {
    if (held !== undefined) return;
    const text = Buffer.isBuffer(event)
      ? event.toString('latin1')
      : Buffer.from(event).toString('latin1');
    const whole = withVariables(text.endsWith('\r\n\r\n') ? text : `${text}\r\n\r\n`);
    const classes = classesOf(whole);
    const channel = headerOf(whole, 'Channel');
    if (channel !== undefined && whole.startsWith('Event: Newchannel\r\n')) {
      live.set(channel, text);
      for (const oldest of live.keys()) {
        if (live.size <= MAX_LIVE) break;
        live.delete(oldest);
      }
    }
    const bytes = Buffer.from(whole, 'latin1');
    for (const one of sessions) {
      if (one.reads(classes) && passes(whole, one.filters)) one.sendBytes(bytes);
    }
  }

  function withVariables(event: string): string {
    const { channelVariables = [] } = options;
    if (channelVariables.length === 0 || headerOf(event, 'ChannelState') === undefined)
      return event;
    return `${event.slice(0, -2)}${channelVariables.map((one) => `ChanVariable: ${one}\r\n`).join('')}\r\n`;
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
    actions,
    emit,
    async flood(event: string, times: number) {
      for (let sent = 0; sent < times; sent++) {
        emit(event);
        const full = () => [...sockets].some((socket) => socket.writableLength > MAX_UNSENT_BYTES);
        while (full()) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    play(capture: string | Buffer) {
      const text = typeof capture === 'string' ? capture : capture.toString('latin1');
      for (const event of genuineEvents(text)) emit(Buffer.from(event, 'latin1'));
    },
    seen(action: string, fits: (headers: ReadonlyMap<string, string>) => boolean = () => true) {
      const good = ({ headers }: RecordedAction) =>
        headers.get('Action') === action && fits(headers);
      const past = actions.find(good);
      if (past !== undefined) return Promise.resolve(past);
      return new Promise<RecordedAction>((resolve) => {
        function tell(one: RecordedAction): void {
          if (!good(one)) return;
          waiting.delete(tell);
          resolve(one);
        }
        waiting.add(tell);
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
      await listen();
    },
  });
}

const MAX_LIVE = 10_000;
const MAX_UNSENT_BYTES = 1_000_000;
