import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

// Stands between Ghostgate and a PBX and keeps every piece for so many ms, each way: a PBX that is
// far away. Not every kernel has the qdisc netem.
//   node slow-relay.js PORT HOST TARGET_PORT MS
const [port = '', host = '', target = '', ms = ''] = process.argv.slice(2);
createServer((near) => {
  const far = connect(Number(target), host);
  for (const socket of [near, far]) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
  }
  carry(near, far);
  carry(far, near);
}).listen(Number(port), '127.0.0.1');

function carry(from: Socket, to: Socket): void {
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), Number(ms)));
  from.on('close', () => setTimeout(() => to.destroy(), Number(ms)));
}
