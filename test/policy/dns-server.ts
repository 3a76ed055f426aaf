import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import ipaddr from 'ipaddr.js';
import { trunkDns } from '../../src/policy/dns.ts';

/** What a fake zone says of a name: records, an error code, or nothing at all. */
export type Zone = Record<string, readonly ZoneRecord[] | 'SERVFAIL' | 'REFUSED' | 'silence'>;
export type ZoneRecord = { ttl: number } & ({ address: string } | { target: string });

/**
 * A DNS server on loopback (RFC 1035), and a resolver that asks it. A name that is not in the
 * zone does not exist; one with records exists, whatever their type. The zone may change.
 */
export async function dnsServer(t: TestContext, zone: Zone) {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  socket.on('message', (question, from) => {
    const { name, type, end } = parse(question);
    const said = zone[name];
    if (said === 'silence') return;
    const records = typeof said === 'object' ? said : [];
    const answers = records.filter((record) => typeOf(record) === type).map(encode);
    const code = said === undefined ? 3 : said === 'SERVFAIL' ? 2 : said === 'REFUSED' ? 5 : 0;
    const head = Buffer.from(question.subarray(0, end));
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(answers.length, 6);
    head.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([head, ...answers]), from.port, from.address);
  });
  return trunkDns({ timeout: 100, tries: 1 }, [`127.0.0.1:${socket.address().port}`]);
}

const A = 1;
const AAAA = 28;
const SRV = 33;

function typeOf(record: ZoneRecord): number {
  if ('target' in record) return SRV;
  return record.address.includes(':') ? AAAA : A;
}

function parse(question: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: question.readUInt16BE(at + 1), end: at + 5 };
}

function encode(record: ZoneRecord): Buffer {
  const data =
    'target' in record
      ? Buffer.concat([Buffer.from([0, 1, 0, 1, 0x13, 0xc4]), encodeName(record.target)])
      : Buffer.from(ipaddr.parse(record.address).toByteArray());
  const head = Buffer.alloc(12);
  // The name is the one asked for: a pointer to it (§4.1.4).
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(typeOf(record), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(record.ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(`\0${label}`, 'latin1'));
  for (const label of labels) label[0] = label.length - 1;
  return Buffer.concat([...labels, Buffer.from([0])]);
}
