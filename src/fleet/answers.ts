import { randomBytes } from 'node:crypto';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { LinkError } from './link-error.ts';

/** What came to a question, with what the server wrote over it. */
export interface Answer {
  readonly data: Uint8Array;
  /** 0 where there is none, as over a message that was kept. */
  readonly status: number;
  readonly why: string;
  /**
   * By name. Whoever sent a message may have put a head on it, the names the server uses included;
   * the server adds its own behind them, so the last of each counts.
   */
  readonly head: ReadonlyMap<string, string>;
}

/** Questions that are under way on one connection. */
export interface Answers {
  /** Rejects with LinkError when there is none. */
  ask(subject: string, data: string, headers: MsgHdrs | undefined): Promise<Answer>;
  /** The server takes nothing on this subject from this user. */
  refuse(subject: string, why: string): void;
  close(): void;
}

interface Waiting {
  readonly subject: string;
  readonly answer: (answer: Answer) => void;
  readonly fail: (why: string) => void;
}

/**
 * The library's own questions read the head of an answer before anybody is asked, and throw over
 * one that a stranger made badly: the connection would be lost with each reading of that message.
 * @param inbox subject prefix of answers
 */
export function createAnswers(
  live: Pick<NatsConnection, 'publish' | 'subscribe'>,
  inbox: string,
  answerMs: number,
): Answers {
  const waiting = new Map<string, Waiting>();
  let last = 0;
  // Two terminals of the operator have one inbox between them.
  const own = `${inbox}.${randomBytes(12).toString('base64url')}`;
  live.subscribe(`${own}.*`, {
    callback(error, message) {
      if (error === null || error === undefined) {
        waiting.get(message.subject)?.answer(readAnswer(message));
      }
    },
  });

  return {
    ask: (subject, data, headers) =>
      new Promise((resolve, reject) => {
        const reply = `${own}.${(++last).toString(36)}`;
        const over = (): void => {
          clearTimeout(late);
          waiting.delete(reply);
        };
        const fail = (why: string): void => {
          over();
          reject(new LinkError(`no answer on ${subject}: ${why}`));
        };
        const late = setTimeout(() => fail('timeout'), answerMs);
        waiting.set(reply, {
          subject,
          fail,
          answer(answer) {
            if (isNobody(answer)) fail('no responders');
            else {
              over();
              resolve(answer);
            }
          },
        });
        try {
          live.publish(subject, data, { reply, ...(headers === undefined ? {} : { headers }) });
        } catch (error) {
          fail(error instanceof Error ? error.message : String(error));
        }
      }),
    refuse(subject, why) {
      for (const each of waiting.values()) if (each.subject === subject) each.fail(why);
    },
    close() {
      for (const { fail } of waiting.values()) fail('the connection was closed');
    },
  };
}

/** Nobody listens there. A message that says so of itself has the server's own words over it. */
function isNobody({ data, status, head }: Answer): boolean {
  return status === 503 && data.length === 0 && !head.has(SEQUENCE);
}

function readAnswer(message: Msg): Answer {
  const { data } = message;
  const lines = Buffer.from(headOf(message)).toString('utf8').split('\r\n');
  const [, status = '0', why = ''] = /^NATS\/1\.0 +(\d{1,4}) *(.*)$/.exec(lines[0] ?? '') ?? [];
  const head = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) head.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { data, status: Number(status), why, head };
}

/** The library cuts data from one piece of memory, in which the head stands before it. */
function headOf(message: Msg): Uint8Array {
  if (!isSized(message)) return new Uint8Array();
  const { data, subject, reply = '' } = message;
  const bytes = message.size() - subject.length - reply.length - data.length;
  return new Uint8Array(data.buffer, data.byteOffset - bytes, bytes);
}

/** As every message of the library is, though its types do not say so: subjects, head and data. */
function isSized(message: Msg): message is Msg & { size(): number } {
  return 'size' in message && typeof message.size === 'function';
}

/** Of a message in its stream. */
export const SEQUENCE = 'Nats-Sequence';
