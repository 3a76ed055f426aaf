import { sign } from 'node:crypto';
import type { MsgHdrs, NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import type { Answer, Answers } from './answers.ts';
import { createAnswers } from './answers.ts';
import { LinkError } from './link-error.ts';
import type { SigningKey } from './nkey.ts';
import { identityOf } from './server-name.ts';
import { troubleIn } from './trouble.ts';

/** How NATS is reached. */
export interface Reach {
  readonly servers: readonly string[];
  /** Opens NATS: it answers the server's challenge. */
  readonly key: SigningKey;
  readonly caFile: string | undefined;
  /** Subject prefix of answers. */
  readonly inbox: string;
  readonly name: string;
  /** How often the server is asked for a sign of life; 10 s. */
  readonly pingMs?: number;
}

export interface LinkState {
  readonly state: 'connecting' | 'up';
  readonly since: number;
  readonly server?: string;
  readonly problem?: string;
}

/** The connection to NATS: opened again for ever, each loss told. */
export interface Link {
  readonly state: () => LinkState;
  /** The answer to a question. Rejects with LinkError when there is none. */
  ask(subject: string, data: string, headers?: Headers): Promise<Answer>;
  close(): Promise<void>;
}

/** By name. */
export type Headers = Readonly<Record<string, string>>;

export interface Listener {
  /** Connected, for the first time or again: what came meanwhile has to be read. */
  up(): void;
  down(why: string): void;
  message(subject: string, data: Uint8Array): void;
}

/** @param subjects what is listened to */
export function openLink(reach: Reach, subjects: readonly string[], on: Listener): Link {
  let connection: NatsConnection | undefined;
  let answers: Answers | undefined;
  let closed = false;
  let state: LinkState = { state: 'connecting', since: Date.now() };
  let wake: (() => void) | undefined;
  const isClosed = (): boolean => closed;

  const down = (problem: string): void => {
    if (state.problem === problem && state.state === 'connecting') return;
    state = { state: 'connecting', since: Date.now(), problem };
    on.down(problem);
  };
  const up = (live: NatsConnection): void => {
    state = { state: 'up', since: Date.now(), server: live.getServer() };
    on.up();
  };

  const hold = async (): Promise<void> => {
    for (let tries = 0; ; tries++) {
      if (isClosed()) return;
      try {
        const live = await dial(reach);
        // Closed meanwhile: it would go on for ever, and obey who has no say any more.
        if (isClosed()) return await live.close();
        tries = 0;
        connection = live;
        answers = createAnswers(live, reach.inbox, ANSWER_MS);
        for (const subject of subjects) {
          live.subscribe(subject, {
            callback: (error, message) => {
              if (error === null || error === undefined) on.message(message.subject, message.data);
              else refused(error);
            },
          });
        }
        void watch(live);
        await live.flush();
        if (!isClosed()) up(live);
        const why = await live.closed();
        down(why instanceof Error ? troubleIn(why, reach.caFile) : 'the connection was closed');
      } catch (error) {
        down(troubleIn(error, reach.caFile));
      }
      connection = undefined;
      answers?.close();
      answers = undefined;
      if (!isClosed()) await pause(waitMs(tries));
    }
  };

  const refused = (error: Error): void => {
    state = { ...state, problem: error.message };
    if ('subject' in error) answers?.refuse(String(error.subject), error.message);
  };

  /** Reconnecting within the library keeps subscriptions; what was missed must be read all the same. */
  const watch = async (live: NatsConnection): Promise<void> => {
    for await (const event of live.status()) {
      if (event.type === 'disconnect') down('the connection was lost');
      else if (event.type === 'reconnect') up(live);
      else if (event.type === 'error') refused(event.error);
    }
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  void hold();
  return {
    state: () => state,
    async ask(subject, data, headers) {
      const asked = answers;
      if (asked === undefined || state.state !== 'up') throw new LinkError('NATS is away');
      // No header where none is needed: every site would get it with the message, and reading one
      // costs it most of all.
      return await asked.ask(subject, data, headers && (await headersOf(headers)));
    },
    async close() {
      closed = true;
      wake?.();
      await connection?.close();
    },
  };
}

async function headersOf(wanted: Headers): Promise<MsgHdrs> {
  const made = (await library()).headers();
  for (const [name, value] of Object.entries(wanted)) made.set(name, value);
  return made;
}

/** Loaded only where a policy has a fleet. */
function library() {
  return import('@nats-io/transport-node');
}

type TlsOptions = NonNullable<NodeConnectionOptions['tls']> & {
  readonly checkServerIdentity: ReturnType<typeof identityOf>;
};

async function dial({
  servers,
  key,
  caFile,
  inbox,
  name,
  pingMs = PING_MS,
}: Reach): Promise<NatsConnection> {
  const { connect } = await library();
  // The library hands on what Node's TLS takes and its own types do not name.
  const checks: TlsOptions = { checkServerIdentity: identityOf(servers) };
  const tls = servers.some((server) => server.startsWith('tls://'))
    ? { tls: caFile === undefined ? checks : { ...checks, caFile } }
    : {};
  return await connect({
    servers: [...servers],
    name,
    // The library's own Ed25519 is JavaScript and takes 50 times as long.
    authenticator: (nonce) => ({ nkey: key.publicKey, sig: answerTo(nonce ?? '', key) }),
    inboxPrefix: inbox,
    // A lost connection is tried again within seconds, and not by a thousand sites at once.
    // After some twenty seconds it is opened anew: only then is it told what the trouble is.
    maxReconnectAttempts: 10,
    reconnectDelayHandler: () => 200 + Math.random() * 4000,
    ignoreAuthErrorAbort: true,
    // A stack trace made in advance for each question; what goes wrong is told by its subject here.
    noAsyncTraces: true,
    pingInterval: pingMs,
    maxPingOut: 2,
    timeout: CONNECT_MS,
    ...tls,
  });
}

function answerTo(nonce: string, { privateKey }: SigningKey): string {
  return sign(null, Buffer.from(nonce), privateKey).toString('base64');
}

/** From half a second to ten, never the same for two sites. */
function waitMs(tries: number): number {
  return Math.min(10_000, 1000 * 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2);
}

const ANSWER_MS = 5000;
const CONNECT_MS = 10_000;
/** A connection that died in silence is known when two have had no answer and the third is due. */
const PING_MS = 10_000;
