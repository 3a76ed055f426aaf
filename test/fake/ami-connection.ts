import type { Socket } from 'node:net';
import type { FakeSession, Row } from './ami-server.ts';

/** One client of the fake server, from the server's side. */
export interface FakeConnection extends FakeSession {
  challenge: string;
  readonly filters: string[];
  logIn(user: string, events: string, read: readonly string[] | undefined): void;
  /** Reports whether events of one of these classes go to it. */
  reads(classes: readonly string[]): boolean;
  answer(actionId: string, row: Row): void;
  /** A list in its real form: `Response`, then `${kind}List` or `PeerEntry` events, then the end. */
  list(actionId: string, kind: string, endEvent: string, rows: readonly Row[]): void;
  /** Ends the connection when all is written. */
  finish(): void;
  pause(): void;
  resume(): void;
}

export interface ConnectionOptions {
  readonly greeting: string;
  readonly chunkBytes: number | undefined;
  action(connection: FakeConnection, headers: ReadonlyMap<string, string>): void;
  closed(connection: FakeConnection): void;
}

/** Lists whose events are not named `${kind}List`. */
const EVENTS_OF_LISTS = new Map([
  ['Peer', 'PeerEntry'],
  ['DB', 'DBGetTreeResponse'],
]);

export function fakeConnection(socket: Socket, options: ConnectionOptions): FakeConnection {
  const write =
    options.chunkBytes === undefined ? plainWriter(socket) : pieces(socket, options.chunkBytes);
  let mask: ReadonlySet<string> = new Set();
  let events = 'off';
  let user: string | undefined;
  let unread = '';

  const connection: FakeConnection = {
    challenge: '',
    filters: [],
    get user() {
      return user;
    },
    get events() {
      return events;
    },
    logIn(name, wanted, read) {
      user = name;
      events = wanted;
      const asked = ['on', 'all'].includes(wanted) ? CLASSES : wanted.split(',');
      mask = new Set(asked.filter((one) => read === undefined || read.includes(one)));
    },
    reads: (classes) => classes.some((one) => mask.has(one)),
    send: (text) => write(Buffer.from(text, 'utf8')),
    sendBytes: write,
    answer(actionId, row) {
      const { Response = 'Success', ...rest } = row;
      connection.send(
        lines({ Response, ...(actionId === '' ? {} : { ActionID: actionId }), ...rest }),
      );
    },
    list(actionId, kind, endEvent, rows) {
      const id = { ActionID: actionId };
      const message = `A listing of ${kind}s follows, presented as ${kind}List events`;
      const event = EVENTS_OF_LISTS.get(kind) ?? `${kind}List`;
      connection.send(
        lines({ Response: 'Success', ...id, EventList: 'start', Message: message }) +
          rows.map((row) => lines({ Event: event, ...id, ...row })).join('') +
          lines({ Event: endEvent, ...id, EventList: 'Complete', ListItems: String(rows.length) }),
      );
    },
    finish: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };

  socket.setNoDelay(true);
  socket.on('close', () => options.closed(connection));
  socket.on('data', (chunk: Buffer) => {
    unread += chunk.toString('latin1');
    // As main/manager.c: a bare LF ends a line too, and an empty line ends the action.
    for (let end = END.exec(unread); end !== null; end = END.exec(unread)) {
      const text = unread.slice(0, end.index);
      unread = unread.slice(end.index + end[0].length);
      options.action(connection, headersOf(text));
    }
  });
  connection.send(options.greeting);
  return connection;
}

const END = /\r?\n\r?\n/;
const CLASSES = [
  'system',
  'call',
  'log',
  'verbose',
  'agent',
  'user',
  'config',
  'dtmf',
  'reporting',
];
CLASSES.push('cdr', 'dialplan', 'originate', 'agi', 'cc', 'aoc', 'test', 'security', 'message');

/** Header names keep their case; the first of a kind wins, as in Asterisk. */
function headersOf(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !headers.has(key)) headers.set(key, value);
  }
  return headers;
}

function lines(row: Row): string {
  const all = Object.entries(row).map(([key, value]) => `${key}: ${value}\r\n`);
  return `${all.join('')}\r\n`;
}

export function plainWriter(socket: Socket) {
  return (bytes: Buffer): void => {
    if (socket.writable) socket.write(bytes);
  };
}

/** One piece a turn of the event loop, so that the reader meets every boundary. */
export function pieces(socket: Socket, chunkBytes: number) {
  let queue: Buffer[] = [];
  let running = false;
  function next(): void {
    const bytes = queue.shift();
    running = bytes !== undefined && socket.writable;
    if (bytes === undefined || !running) return;
    socket.write(bytes.subarray(0, chunkBytes));
    if (bytes.length > chunkBytes) queue = [bytes.subarray(chunkBytes), ...queue];
    setImmediate(next);
  }
  return (bytes: Buffer): void => {
    queue.push(bytes);
    if (!running) {
      running = true;
      setImmediate(next);
    }
  };
}
