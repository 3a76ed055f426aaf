import { sign } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Keys } from './nats.ts';

/** NATS as it is on the wire: what no library would send can be sent. */
export interface RawClient {
  /** @param head the whole head of the message, as it stands; resolves when the server has read it */
  send(subject: string, head: string, data: string): Promise<void>;
}

/** Connects with a site's key. */
export async function rawClient(t: TestContext, port: number, { key }: Keys): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  await once(socket, 'connect');
  const info = JSON.parse((await line()).slice('INFO '.length)) as { nonce: string };
  const sig = sign(null, Buffer.from(info.nonce), key.privateKey).toString('base64url');
  const hello = { nkey: key.publicKey, sig, headers: true, verbose: false, protocol: 1 };
  const ping = async (): Promise<void> => {
    socket.write('PING\r\n');
    for (let said = await line(); said !== 'PONG'; said = await line()) {
      if (said.startsWith('-ERR')) throw new Error(said);
    }
  };
  socket.write(`CONNECT ${JSON.stringify(hello)}\r\n`);
  await ping();
  return {
    async send(subject, head, data) {
      const [before, all] = [Buffer.byteLength(head), Buffer.byteLength(head + data)];
      socket.write(`HPUB ${subject} ${before} ${all}\r\n${head}${data}\r\n`);
      await ping();
    },
  };
}
