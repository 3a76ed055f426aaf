import { readFileSync } from 'node:fs';

/** One SIP packet on the PBX's interface, before any filter saw it. */
export interface Packet {
  /** Milliseconds since the epoch, by the kernel's clock. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;

/** Reads what `tcpdump -w` wrote (microseconds, Ethernet, IPv4); other packets are left out. */
export function readPcap(file: string): Packet[] {
  const bytes = readFileSync(file);
  if (bytes.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${file} is not a pcap file`);
  const packets: Packet[] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    const ip = at + RECORD_HEADER + ETHERNET;
    if (ip + 20 > bytes.length) break;
    if (bytes.readUInt16BE(ip - 2) === 0x0800) {
      packets.push({
        at: bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1000,
        from: address(bytes, ip + 12),
        to: address(bytes, ip + 16),
      });
    }
    at += RECORD_HEADER + length;
  }
  return packets;
}

function address(bytes: Buffer, at: number): string {
  return bytes.subarray(at, at + 4).join('.');
}
