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
 * netlink socket (linux/netlink.h, linux/netfilter/nfnetlink.h and nf_tables.h): begin, NEWSETELEM
 * as often as needed, end. Refused whole when one element is there already.
 * Numbers of netlink itself are in host order, those of nftables in network order.
 * @returns also how many answers will come
 */
export function createElements(
  table: string,
  elements: readonly NewElement[],
): { bytes: Buffer; answers: number } {
  const groups = [...bySet(elements)].flatMap(([set, all]) =>
    parts(all).map((part) => ({ set, part })),
  );
  const messages = groups.map(({ set, part }, at) =>
    message(NEWSETELEM, REQUEST | ACK | CREATE | EXCLUSIVE, at + 1, INET, 0, [
      attribute(LIST_TABLE, text(table)),
      attribute(LIST_SET, text(set)),
      attribute(LIST_ELEMENTS | NESTED, listOf(part)),
    ]),
  );
  const begin = message(BATCH_BEGIN, REQUEST, 0, 0, NFTABLES, []);
  const end = message(BATCH_END, REQUEST, 0, 0, NFTABLES, []);
  return { bytes: Buffer.concat([begin, ...messages, end]), answers: messages.length };
}

function bySet(elements: readonly NewElement[]): Map<string, NewElement[]> {
  const sets = new Map<string, NewElement[]>();
  for (const element of elements) {
    const group = sets.get(element.set);
    if (group === undefined) sets.set(element.set, [element]);
    else group.push(element);
  }
  return sets;
}

/** The length of an attribute has 16 bits, and an IPv6 element 48 bytes. */
const MOST_IN_A_MESSAGE = 1000;

function parts(elements: readonly NewElement[]): (readonly NewElement[])[] {
  const count = Math.ceil(elements.length / MOST_IN_A_MESSAGE);
  return Array.from({ length: count }, (_, at) =>
    elements.slice(at * MOST_IN_A_MESSAGE, (at + 1) * MOST_IN_A_MESSAGE),
  );
}

/**
 * Each element as LIST_ELEM { ELEM_KEY { DATA_VALUE }, ELEM_TIMEOUT }, written in one go: with a
 * buffer for each attribute, 100,000 bans would take half a second more.
 */
function listOf(elements: readonly NewElement[]): Buffer {
  const keys = elements.map(({ address }) => bytesOf(address));
  const bytes = Buffer.alloc(keys.reduce((sum, key) => sum + ELEMENT_BYTES + key.length, 0));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  const begin = (length: number, type: number): void => {
    view.setUint16(at, length, LITTLE);
    view.setUint16(at + 2, type, LITTLE);
    at += 4;
  };
  for (const [index, key] of keys.entries()) {
    begin(ELEMENT_BYTES + key.length, LIST_ELEM | NESTED);
    begin(8 + key.length, ELEM_KEY | NESTED);
    begin(4 + key.length, DATA_VALUE);
    for (const byte of key) bytes[at++] = byte;
    begin(12, ELEM_TIMEOUT);
    const { timeoutMs } = elements[index] ?? { timeoutMs: 1 };
    view.setBigUint64(at, BigInt(Math.max(1, Math.round(timeoutMs))), false);
    at += 8;
  }
  return bytes;
}

/** Of an element, besides the bytes of its address: four attribute headers and the timeout. */
const ELEMENT_BYTES = 4 + 4 + 4 + 4 + 8;

function bytesOf(address: string): readonly number[] {
  if (!address.includes(':')) return address.split('.').map(Number);
  return ipaddr.IPv6.parse(address).toByteArray();
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
