import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually } from './contract.ts';
import { run, type Namespace } from './namespace.ts';

/** A PBX and a stranger, each in a network namespace, and a wire between them. */
export interface Wire {
  /** Sends one datagram (or tries to connect) from this address to a port of the PBX. */
  send(from: string, port: number, text: string, protocol?: 'udp' | 'tcp'): void;
  /** Datagrams that reached the PBX, in order. */
  readonly arrived: readonly string[];
  close(): void;
}

const PBX = { 4: '192.0.2.1', 6: '2001:db8:ffff::1' };

/**
 * Connects two namespaces. Receiver and sender are processes of their own, for a process cannot
 * have sockets in several network namespaces.
 */
export async function wire(
  pbx: Namespace,
  stranger: Namespace,
  addresses: readonly string[],
  ports: readonly number[],
): Promise<Wire> {
  ip(
    'link',
    'add',
    'w0',
    'netns',
    pbx.name,
    'type',
    'veth',
    'peer',
    'name',
    'w0',
    'netns',
    stranger.name,
  );
  for (const address of [`${PBX[4]}/24`, `${PBX[6]}/64`]) add(pbx, address);
  for (const address of addresses) add(stranger, `${address}/${address.includes(':') ? 128 : 32}`);
  for (const { name } of [pbx, stranger]) ip('-n', name, 'link', 'set', 'w0', 'up');
  ip('-n', stranger.name, 'route', 'add', `${PBX[4]}/32`, 'dev', 'w0');
  ip('-n', stranger.name, 'route', 'add', `${PBX[6]}/128`, 'dev', 'w0');
  ip('-n', pbx.name, 'route', 'add', 'default', 'dev', 'w0');
  ip('-n', pbx.name, '-6', 'route', 'add', 'default', 'dev', 'w0');

  const arrived: string[] = [];
  const receiver = script(pbx, RECEIVER, ports.map(String));
  const sender = script(stranger, SENDER, [PBX[4], PBX[6]]);
  let listening = false;
  createInterface({ input: receiver.stdout ?? process.stdin }).on('line', (line) => {
    if (line === 'listening') listening = true;
    else arrived.push(line);
  });
  await eventually(() => listening);
  return {
    arrived,
    send(from, port, text, protocol = 'udp') {
      sender.stdin?.write(`${JSON.stringify({ from, port, text, protocol })}\n`);
    },
    close() {
      receiver.kill();
      sender.kill();
    },
  };
}

function ip(...words: readonly string[]): string {
  return run(['ip', ...words]);
}

function add(to: Namespace, address: string): void {
  // Without `nodad` an IPv6 address is of no use for the first second.
  const words = address.includes(':') ? ['nodad'] : [];
  run(['ip', '-n', to.name, 'address', 'add', address, 'dev', 'w0', ...words]);
}

function script(where: Namespace, text: string, words: readonly string[]): ChildProcess {
  return spawn('nsenter', [...where.inside.slice(1), process.execPath, '-e', text, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

const RECEIVER = `
const dgram = require('node:dgram');
const ports = process.argv.slice(1).map(Number);
let bound = 0;
for (const port of ports) {
  const socket = dgram.createSocket('udp6');
  socket.on('message', (message) => console.log(String(message)));
  socket.bind(port, '::', () => { if (++bound === ports.length) console.log('listening'); });
}`;

const SENDER = `
const dgram = require('node:dgram');
const net = require('node:net');
const [v4, v6] = process.argv.slice(1);
const sockets = new Map();
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { from, port, text, protocol } = JSON.parse(line);
  const host = from.includes(':') ? v6 : v4;
  if (protocol === 'tcp') return net.connect({ host, port, localAddress: from }).on('error', () => {});
  let socket = sockets.get(from);
  if (socket) return socket.send(text, port, host);
  socket = dgram.createSocket(from.includes(':') ? 'udp6' : 'udp4');
  sockets.set(from, socket);
  socket.bind(40000, from, () => socket.send(text, port, host));
});`;
