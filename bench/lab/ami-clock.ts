// Prints when the first InvalidAccountID event of each address came out of AMI: `address ms`. The
// floor under everything that listens to AMI. Runs inside the PBX's namespace.
import { connect } from 'node:net';
import { wallClockOffset } from './wall-clock.ts';

const [username = '', secret = ''] = process.argv.slice(2);
const wallClock = wallClockOffset();
const seen = new Set<string>();
let rest = '';

const socket = connect(5038, '127.0.0.1');
socket.write(
  `Action: Login\r\nUsername: ${username}\r\nSecret: ${secret}\r\nEvents: security\r\n\r\n`,
);
socket.on('data', (chunk) => {
  const at = performance.now() + wallClock;
  const frames = (rest + chunk.toString('latin1')).split('\r\n\r\n');
  rest = frames.pop() ?? '';
  for (const frame of frames) {
    if (!frame.includes('Event: InvalidAccountID')) continue;
    const [, address = ''] = /RemoteAddress: IPV4\/UDP\/([0-9.]+)\//.exec(frame) ?? [];
    if (seen.has(address)) continue;
    seen.add(address);
    console.log(`${address} ${at}`);
  }
});
