// A hostile sender: one source after another, REGISTER of an unknown account 500 times a second
// until nothing has been answered for a while. Runs inside the scanners' namespace.
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { write } from '../../test/lab/sip-message.ts';

export interface Volley {
  readonly host: string;
  readonly port: number;
  readonly sources: readonly string[];
  readonly perSecond: number;
  /** A source is silent when nothing was answered for this long. */
  readonly silentMs: number;
  /** It gives up after this long. */
  readonly mostMs: number;
}

const volley: Volley = JSON.parse(process.argv[2] ?? '{}');
for (const from of volley.sources) await attack(from);

async function attack(from: string): Promise<void> {
  const { host, port, perSecond, silentMs, mostMs } = volley;
  const socket = createSocket('udp4');
  await new Promise<void>((ready) => socket.bind(0, from, ready));
  const startedAt = performance.now();
  let answeredAt = startedAt;
  let sent = 0;
  socket.on('message', () => (answeredAt = performance.now()));
  socket.on('error', () => undefined);
  for (;;) {
    const now = performance.now();
    if (now - answeredAt > silentMs || now - startedAt > mostMs) break;
    while (sent < ((now - startedAt) * perSecond) / 1000)
      socket.send(request(from, sent++), port, host);
    await sleep(1);
  }
  socket.close();

  function request(localHost: string, at: number): string {
    const { port: localPort } = socket.address();
    const user = '9999';
    const callId = `bench-${localHost}-${at}`;
    const transport = 'udp';
    return write({
      method: 'REGISTER',
      host,
      port,
      localHost,
      localPort,
      transport,
      user,
      callId,
      cseq: 1,
    });
  }
}
