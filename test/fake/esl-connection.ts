import type { Socket } from 'node:net';
import { pieces, plainWriter } from './ami-connection.ts';
import {
  type FakeEvent,
  messageOf,
  plainOf,
  replyOf,
  subscribedTo,
  subscribeTo,
  type Subscription,
} from './esl-message.ts';
import type { FakeEslSession } from './esl-server.ts';

/** One client of the fake event socket, from the server's side. */
export interface FakeEslConnection extends FakeEslSession {
  /** Sends the event if it was subscribed to. */
  tell(event: FakeEvent): void;
  pause(): void;
  resume(): void;
}

export interface EslConnectionOptions {
  readonly password: string;
  readonly chunkBytes: number | undefined;
  /** One line that is not `auth`, from a client let in. */
  command(connection: FakeEslConnection, line: string): void;
  api(command: string): string;
  closed(connection: FakeEslConnection): void;
  /** Told of a password that was wrong. */
  refused(): void;
}

export function eslConnection(socket: Socket, options: EslConnectionOptions): FakeEslConnection {
  const write =
    options.chunkBytes === undefined ? plainWriter(socket) : pieces(socket, options.chunkBytes);
  const subscription: Subscription = { all: false, names: new Set(), subclasses: new Set() };
  let format = '';
  let authed = false;
  let unread = '';

  const connection: FakeEslConnection = {
    subscription,
    get authed() {
      return authed;
    },
    tell(event) {
      if (!subscribedTo(subscription, event)) return;
      const body = format === 'plain' ? plainOf(event) : event.json;
      write(messageOf(`text/event-${format}`, body));
    },
    send: (text) => write(Buffer.from(text)),
    sendBytes: write,
    goodbye() {
      connection.sendBytes(messageOf('text/disconnect-notice', GOODBYE));
      socket.end();
    },
    reset: () => socket.resetAndDestroy(),
    end: () => void socket.end(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };

  function take(line: string): void {
    const [verb = '', ...words] = line.split(' ').filter((word) => word !== '');
    if (verb === 'auth') return authenticate(line.slice('auth '.length));
    if (!authed) return connection.goodbye();
    options.command(connection, line);
    write(Buffer.from(answerTo(verb, words)));
    if (verb === 'exit') connection.goodbye();
  }

  function authenticate(password: string): void {
    authed = password === options.password;
    connection.send(replyOf(authed ? '+OK accepted' : '-ERR invalid'));
    if (authed) return;
    options.refused();
    connection.goodbye();
  }

  function answerTo(verb: string, words: readonly string[]): Buffer | string {
    switch (verb) {
      case 'event':
        if (words.length < 2) return replyOf('-ERR no keywords supplied');
        format = words[0] ?? '';
        subscribeTo(subscription, words.slice(1));
        return replyOf(`+OK event listener enabled ${format}`);
      case 'noevents':
        subscription.all = false;
        subscription.names.clear();
        subscription.subclasses.clear();
        return replyOf('+OK no longer listening for events');
      case 'nolog':
        return replyOf('-ERR not loging');
      case 'api':
        return messageOf('api/response', options.api(words.join(' ')));
      case 'bgapi':
        options.api(words.join(' '));
        return replyOf('+OK Job-UUID: 7f4de4bc-17d7-11dd-b7a0-db4edd065621');
      case 'exit':
        return replyOf('+OK bye');
      default:
        return replyOf('-ERR command not found');
    }
  }

  socket.setNoDelay(true);
  socket.on('close', () => options.closed(connection));
  socket.on('data', (chunk: Buffer) => {
    unread += chunk.toString('utf8');
    for (let end = unread.indexOf('\n\n'); end !== -1; end = unread.indexOf('\n\n')) {
      const line = unread.slice(0, end).split('\n', 1)[0] ?? '';
      unread = unread.slice(end + 2);
      take(line.replace('\r', ''));
    }
  });
  connection.send('Content-Type: auth/request\n\n');
  return connection;
}

const GOODBYE = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
