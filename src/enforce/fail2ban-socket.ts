import { createConnection } from 'node:net';
import { cleanText } from '../event/text.ts';
import { EnforceError } from './enforcer.ts';
import { pickle, unpickle, type Pickled } from './pickle.ts';

/**
 * One command to the fail2ban server over its unix socket, 7 ms where its own client takes 92.
 * Resolves with the value of the answer.
 * @throws EnforceError when the server is away, silent, or says no
 */
export async function fail2banCommand(socket: string, words: readonly string[]): Promise<Pickled> {
  const answer = await exchange(socket, Buffer.concat([pickle(words), END]));
  const [code, value = null] = Array.isArray(answer) ? (answer as readonly Pickled[]) : [answer];
  if (code === 0) return value;
  throw new EnforceError(`fail2ban: ${words.slice(0, 3).join(' ')}: ${plain(value)}`, JAIL_HINT);
}

function exchange(path: string, message: Buffer): Promise<Pickled> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const parts: Buffer[] = [];
    let length = 0;
    const fail = (problem: string, cause?: unknown): void => {
      socket.destroy();
      reject(new EnforceError(`fail2ban: ${problem} (${path})`, SERVER_HINT, cause));
    };
    socket.setTimeout(ANSWER_MS, () => fail('no answer'));
    socket.on('error', (error) => fail(error.message, error));
    socket.on('close', () => fail('ended without an answer'));
    socket.on('data', (part) => {
      parts.push(part);
      length += part.length;
      if (length > MOST_BYTES) return fail('answer too long');
      if (!endsHere(parts)) return;
      try {
        resolve(unpickle(Buffer.concat(parts).subarray(0, -END.length)));
        socket.destroy();
      } catch (error) {
        fail('answer not understood', error);
      }
    });
    socket.write(message);
  });
}

/** The end mark may come in two pieces. */
function endsHere(parts: readonly Buffer[]): boolean {
  const tail = Buffer.concat(parts.slice(-END.length));
  return tail.subarray(-END.length).equals(END);
}

/** The server's own words, as far as a line has room; a hostile answer may nest without end. */
function plain(value: Pickled, depth = 0): string {
  if (typeof value !== 'object' || value === null) return cleanText(String(value)) ?? '';
  if (depth > 2) return '…';
  if ('raised' in value) return `${cleanText(value.raised)} ${plain(value.arguments, depth + 1)}`;
  const words = value.slice(0, 5).map((one) => plain(one, depth + 1));
  return words.join(', ');
}

/** fail2ban/protocol.py, CSPROTO.END. */
const END = Buffer.from('<F2B_END_COMMAND>');
/** A list of 100,000 bans is some 3 MB. */
const MOST_BYTES = 32_000_000;
/** Fifty bans take a third of a second, or as long as the jail's action needs. */
const ANSWER_MS = 30_000;
const SERVER_HINT =
  'Does fail2ban run (systemctl status fail2ban), and is the socket in the policy its own?';
const JAIL_HINT =
  'Copy dialplan/fail2ban/ghostgate.conf to /etc/fail2ban/jail.d, its action to action.d, then `fail2ban-client reload`.';
