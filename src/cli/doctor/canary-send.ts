import { createSocket } from 'node:dgram';
import { endings, requestText, type CanaryCall } from './canary-message.ts';

/** One request on its way. */
export interface Sent {
  /** Where it was sent from: the PBX's events name this port. */
  readonly localHost: string;
  readonly localPort: number;
  /** Resolves with the status of the final answer, 0 for none in time. Never rejects. */
  readonly answer: Promise<number>;
}

/** Longer than the gate holds a call. */
const WAIT_MS = 2000;

/**
 * Sends one request over UDP and ends whatever call comes of it. Rejects with the system's own
 * error when nothing can be sent there.
 * @param before told the port before the request goes out, so that its events can be waited for
 */
export async function sendCanary(
  call: Omit<CanaryCall, 'localHost' | 'localPort'>,
  before: (localPort: number) => void,
): Promise<Sent> {
  const socket = createSocket(call.host.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(call.port, call.host, () => resolve());
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  const { address: localHost, port: localPort } = socket.address();
  const whole = { ...call, localHost, localPort };
  const request = requestText(whole);
  const answer = new Promise<number>((resolve) => {
    let status = 0;
    let cancelled = false;
    const done = (): void => {
      clearTimeout(timer);
      resolve(status);
      // What was sent last must leave before the socket does.
      setTimeout(() => socket.close(), 50);
    };
    const timer = setTimeout(done, WAIT_MS);
    // Nobody listens there: the kernel tells by an error.
    socket.on('error', done);
    socket.on('message', (bytes) => {
      const text = bytes.toString('latin1');
      const code = Number(/^SIP\/2\.0 (\d{3}) /.exec(text)?.[1] ?? 0);
      if (code === 0 || !/^CSeq:\s*1\s+(?:INVITE|REGISTER)\s*$/im.test(text)) return;
      if (code < 200 && cancelled) return;
      for (const ending of endings(whole, request, text)) socket.send(ending);
      cancelled ||= code > 100;
      if (code < 200 || status !== 0) return;
      status = code;
      done();
    });
  });
  before(localPort);
  socket.send(request);
  return { localHost, localPort, answer };
}
