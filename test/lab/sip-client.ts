// A small SIP client for what sipp and sipvicious cannot do: runs inside a namespace, takes one
// task as JSON in its argument, prints what was answered as JSON.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { acknowledge, answerTo, write, type Request } from './sip-message.ts';

export interface Task {
  readonly method: Request['method'];
  readonly host: string;
  readonly port: number;
  /** Address it sends from. */
  readonly from: string;
  readonly transport?: 'udp' | 'tcp';
  readonly user: string;
  readonly called?: string;
  /** Host in From; the PBX's when left out. */
  readonly fromHost?: string;
  readonly userAgent?: string;
  readonly contact?: string;
  readonly expires?: number;
  /** Tried one after another, each after a challenge. */
  readonly passwords?: readonly string[];
  /** How many such requests, one after another. */
  readonly count?: number;
  readonly gapMs?: number;
  /** How long to wait for an answer. */
  readonly waitMs?: number;
}

/** Final answer to every request sent, in order; 0 for silence. */
export interface Told {
  readonly codes: readonly number[];
}

interface Line {
  readonly localPort: number;
  send(text: string): void;
  /** Next final answer, or undefined after `ms`. */
  answer(ms: number): Promise<string | undefined>;
  close(): void;
}

if (process.argv[2] !== undefined) {
  const task: Task = JSON.parse(process.argv[2]);
  console.log(JSON.stringify(await perform(task)));
}

async function perform(task: Task): Promise<Told> {
  const codes: number[] = [];
  const line = await (task.transport === 'tcp' ? tcpLine(task) : udpLine(task));
  for (let at = 0; at < (task.count ?? 1); at++) {
    if (at > 0 && task.gapMs !== undefined) await new Promise((go) => setTimeout(go, task.gapMs));
    codes.push(...(await exchange(line, task)));
    if (codes.at(-1) === 0 && task.transport === 'tcp') break;
  }
  line.close();
  return { codes };
}

/** One request, and again with each password for as long as it is challenged. */
async function exchange(line: Line, task: Task): Promise<number[]> {
  const codes: number[] = [];
  const callId = `lab-${randomBytes(8).toString('hex')}`;
  let authorization: string | undefined;
  for (let at = 0; at <= (task.passwords?.length ?? 0); at++) {
    const request: Request = {
      ...task,
      transport: task.transport ?? 'udp',
      localHost: task.from,
      localPort: line.localPort,
      callId,
      cseq: at + 1,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const text = write(request);
    line.send(text);
    const answer = await line.answer(task.waitMs ?? 1000);
    const code = answer === undefined ? 0 : Number(answer.slice(8, 11));
    codes.push(code);
    if (answer !== undefined && task.method === 'INVITE') line.send(acknowledge(text, answer));
    const password = task.passwords?.[at];
    if (answer === undefined || (code !== 401 && code !== 407) || password === undefined) break;
    authorization = answerTo(answer, request, password);
  }
  return codes;
}

async function udpLine(task: Task): Promise<Line> {
  const socket = createSocket(task.from.includes(':') ? 'udp6' : 'udp4');
  const box = mailbox();
  socket.on('message', (bytes) => box.put(bytes.toString('latin1')));
  socket.on('error', () => undefined);
  await new Promise<void>((ready) => socket.bind(0, task.from, ready));
  return {
    localPort: socket.address().port,
    send: (text) => socket.send(Buffer.from(text, 'latin1'), task.port, task.host),
    answer: (ms) => box.take(ms),
    close: () => socket.close(),
  };
}

async function tcpLine(task: Task): Promise<Line> {
  const socket = connect({ host: task.host, port: task.port, localAddress: task.from });
  const box = mailbox();
  let rest = '';
  socket.on('data', (bytes) => {
    const parts = (rest + bytes.toString('latin1')).split('\r\n\r\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('SIP/2.0')) box.put(`${part}\r\n\r\n`);
  });
  await new Promise<void>((ready) => {
    socket.once('connect', ready).on('error', () => ready());
    setTimeout(ready, task.waitMs ?? 1000);
  });
  return {
    localPort: socket.localPort ?? 0,
    send: (text) => void socket.write(Buffer.from(text, 'latin1')),
    answer: (ms) => box.take(ms),
    close: () => void socket.destroy(),
  };
}

/** Final answers in the order they come; provisional ones (1xx) are left out. */
function mailbox() {
  const waiting: string[] = [];
  let wake: (() => void) | undefined;
  return {
    put(text: string): void {
      if (text.startsWith('SIP/2.0 1') || !text.startsWith('SIP/2.0')) return;
      waiting.push(text);
      wake?.();
    },
    async take(ms: number): Promise<string | undefined> {
      if (waiting.length === 0) {
        await new Promise<void>((ready) => {
          const late = setTimeout(ready, ms);
          wake = () => {
            clearTimeout(late);
            ready();
          };
        });
      }
      return waiting.shift();
    },
  };
}
