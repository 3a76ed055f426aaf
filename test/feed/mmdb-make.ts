/** What one prefix of IPv4 leads to. */
export type Entry = readonly [network: string, data: unknown];

/**
 * A tiny MMDB file (MaxMind DB file format 2.0): a search tree of 24-bit records over IPv4, or
 * over IPv6 with IPv4 at ::/96, the data section, and the metadata behind its marker.
 */
export function makeMmdb(entries: readonly Entry[], ipVersion: 4 | 6 = 6): Buffer {
  const nodes: [Branch, Branch][] = [[undefined, undefined]];
  for (const [network, data] of entries) insert(nodes, bitsOf(network, ipVersion), { data });
  const chunks: Buffer[] = [];
  let size = 0;
  const record = (branch: Branch): number => {
    if (branch === undefined) return nodes.length;
    if (typeof branch === 'number') return branch;
    const bytes = encode(branch.data);
    const at = size;
    chunks.push(bytes);
    size += bytes.length;
    return nodes.length + 16 + at;
  };
  const tree = Buffer.concat(
    nodes.flatMap((pair) => pair.map((branch) => uint(record(branch), 3))),
  );
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: ipVersion,
    database_type: 'Ghostgate-Test',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    description: { en: 'made by a test' },
  });
  const marker = Buffer.from('\u00ab\u00cd\u00efMaxMind.com', 'latin1');
  return Buffer.concat([tree, Buffer.alloc(16), ...chunks, marker, metadata]);
}

type Branch = number | undefined | { readonly data: unknown };

function insert(nodes: [Branch, Branch][], bits: readonly number[], leaf: { data: unknown }): void {
  let at = 0;
  for (const [depth, bit] of bits.entries()) {
    const node = nodes[at];
    if (node === undefined) throw new Error('no such node');
    const side = bit === 0 ? 0 : 1;
    if (depth === bits.length - 1) {
      node[side] = leaf;
      return;
    }
    let next = node[side];
    if (typeof next !== 'number') {
      next = nodes.length;
      nodes.push([undefined, undefined]);
      node[side] = next;
    }
    at = next;
  }
}

function bitsOf(network: string, ipVersion: 4 | 6): number[] {
  const [address = '', length = '32'] = network.split('/');
  const bits = address
    .split('.')
    .flatMap((part) => Number(part).toString(2).padStart(8, '0').split('').map(Number));
  return [
    ...(ipVersion === 6 ? Array.from({ length: 96 }, () => 0) : []),
    ...bits.slice(0, Number(length)),
  ];
}

/** Types: 2 text, 6 uint32, 7 map, 11 list; sizes below 29 stand in the control byte, others behind it. */
export function encode(value: unknown): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  if (typeof value === 'number') return Buffer.concat([control(6, 4), uint(value, 4)]);
  if (Array.isArray(value)) {
    return Buffer.concat([control(11, value.length), ...value.map((each) => encode(each))]);
  }
  const entries = Object.entries(value ?? {});
  const pairs = entries.flatMap(([key, each]) => [encode(key), encode(each)]);
  return Buffer.concat([control(7, entries.length), ...pairs]);
}

function control(type: number, size: number): Buffer {
  const small = Math.min(size, 29);
  const first = type > 7 ? [small, type - 7] : [(type << 5) | small];
  return Buffer.from([...first, ...(size < 29 ? [] : [size - 29])]);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
