import ipaddr from 'ipaddr.js';

/** One element to be put into a set. */
export interface NewElement {
  readonly set: string;
  /** Address of the set's family, canonical. */
  readonly address: string;
  readonly timeoutMs: number;
}

/**
 * The bytes of one nftables transaction that creates elements, as the kernel reads them from a
 * netlink socket (linux/netlink.h, linux/netfilter/nfnetlink.h and nf_tables.h): begin, a
 * NEWSETELEM each, end. Refused whole when one of them is there already.
 * Numbers of netlink itself are in host order, those of nftables in network order.
 */
export function createElements(table: string, elements: readonly NewElement[]): Buffer {
  const messages = elements.map((element, at) =>
    message(NEWSETELEM, REQUEST | ACK | CREATE | EXCLUSIVE, at + 1, INET, 0, [
      attribute(LIST_TABLE, text(table)),
      attribute(LIST_SET, text(element.set)),
      attribute(LIST_ELEMENTS | NESTED, attribute(LIST_ELEM | NESTED, elementOf(element))),
    ]),
  );
  const begin = message(BATCH_BEGIN, REQUEST, 0, 0, NFTABLES, []);
  return Buffer.concat([begin, ...messages, message(BATCH_END, REQUEST, 0, 0, NFTABLES, [])]);
}

/** How many of the answers in this datagram say yes, and the first errno of those that say no. */
export function readAnswers(datagram: Buffer): { yes: number; errno: number } {
  let yes = 0;
  for (let at = 0; at + HEADER_BYTES + 4 <= datagram.length;) {
    const length = read32(datagram, at);
    if (length < HEADER_BYTES) break;
    if (read16(datagram, at + 4) === ERROR) {
      // The kernel writes an errno below zero; 0 is its yes.
      const code = read32(datagram, at + HEADER_BYTES) | 0;
      if (code !== 0) return { yes, errno: -code };
      yes++;
    }
    at += aligned(length);
  }
  return { yes, errno: 0 };
}

function elementOf({ address, timeoutMs }: NewElement): Buffer {
  const timeout = Buffer.alloc(8);
  timeout.writeBigUInt64BE(BigInt(Math.max(1, Math.round(timeoutMs))));
  const value = attribute(DATA_VALUE, Buffer.from(ipaddr.parse(address).toByteArray()));
  return Buffer.concat([attribute(ELEM_KEY | NESTED, value), attribute(ELEM_TIMEOUT, timeout)]);
}

/** A netlink message with nfgenmsg before its attributes. */
function message(
  type: number,
  flags: number,
  sequence: number,
  family: number,
  resource: number,
  attributes: readonly Buffer[],
): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(HEADER_BYTES + 4);
  const view = new DataView(head.buffer, head.byteOffset);
  view.setUint32(0, head.length + body.length, LITTLE);
  view.setUint16(4, type, LITTLE);
  view.setUint16(6, flags, LITTLE);
  view.setUint32(8, sequence, LITTLE);
  view.setUint8(HEADER_BYTES, family);
  view.setUint16(HEADER_BYTES + 2, resource, false);
  return Buffer.concat([head, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(aligned(4 + value.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint16(0, 4 + value.length, LITTLE);
  view.setUint16(2, type, LITTLE);
  value.copy(bytes, 4);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1');
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}

function read32(bytes: Buffer, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, LITTLE);
}

function read16(bytes: Buffer, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(at, LITTLE);
}

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const HEADER_BYTES = 16;
const ERROR = 2;
const REQUEST = 0x001;
const ACK = 0x004;
const EXCLUSIVE = 0x200;
const CREATE = 0x400;
const NESTED = 0x8000;
const INET = 1;
const NFTABLES = 10;
const BATCH_BEGIN = 16;
const BATCH_END = 17;
const NEWSETELEM = (NFTABLES << 8) | 12;
const LIST_TABLE = 1;
const LIST_SET = 2;
const LIST_ELEMENTS = 3;
const LIST_ELEM = 1;
const ELEM_KEY = 1;
const ELEM_TIMEOUT = 4;
const DATA_VALUE = 1;
