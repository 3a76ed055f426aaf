import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';

/** One UDP packet on the PBX's interface, before any filter saw it. */
export interface Packet {
  /** Milliseconds since the epoch, by the kernel's clock. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly payload: Buffer;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;
const UDP = 8;

/** By EtherType: where the addresses begin, how long each is, and how long the header is. */
const FAMILIES: ReadonlyMap<number, { addresses: number; bytes: number; header: number }> = new Map(
  [
    [0x0800, { addresses: 12, bytes: 4, header: 20 }],
    [0x86dd, { addresses: 8, bytes: 16, header: 40 }],
  ],
);

/** Reads what `tcpdump -w … udp` wrote (microseconds, Ethernet); what is not IP is left out. */
export function readPcap(file: string): Packet[] {
  const bytes = readFileSync(file);
  if (bytes.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${file} is not a pcap file`);
  const packets: Packet[] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length;) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8);
    const ip = at + RECORD_HEADER + ETHERNET;
    if (end > bytes.length) break;
    const family = FAMILIES.get(bytes.readUInt16BE(ip - 2));
    if (family !== undefined) {
      const from = ip + family.addresses;
      packets.push({
        at: bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1000,
        from: address(bytes.subarray(from, from + family.bytes)),
        to: address(bytes.subarray(from + family.bytes, from + 2 * family.bytes)),
        payload: bytes.subarray(ip + family.header + UDP, end),
      });
    }
    at = end;
  }
  return packets;
}

function address(bytes: Buffer): string {
  return ipaddr.fromByteArray([...bytes]).toString();
}
