// Prefix match on the event path: our table beside ipaddr.js in a loop and net.BlockList.
import { BlockList } from 'node:net';
import ipaddr from 'ipaddr.js';
import { prefixTable } from '../src/event/network.ts';
import { parseNetwork } from '../src/event/source.ts';
import { table, thousands } from './figures.ts';

const rows = [['lookups/s', '10 prefixes', '1,000', '100,000']];
const sizes = [10, 1000, 100_000];
const ours: string[] = [];
const loops: string[] = [];
const lists: string[] = [];
for (const size of sizes) {
  const networks = Array.from({ length: size }, (_, at) => networkAt(at));
  const trie = prefixTable(networks.map((network) => [network, true] as const));
  const parsed = networks.map((network) => ipaddr.IPv4.parseCIDR(network));
  const list = new BlockList();
  for (const [address, bits] of parsed) list.addSubnet(address.toString(), bits);
  ours.push(thousands(rate(400_000, (address) => trie.match(address) === true)));
  loops.push(
    thousands(
      rate(Math.max(50, 2_000_000 / size), (address) => {
        const one = ipaddr.IPv4.parse(address);
        return parsed.some(([network, bits]) => one.match(network, bits));
      }),
    ),
  );
  lists.push(thousands(rate(Math.max(200, 2_000_000 / size), (address) => list.check(address))));
}
rows.push(
  ['ghostgate prefixTable', ...ours],
  ['ipaddr.js in a loop', ...loops],
  ['net.BlockList', ...lists],
);
console.log(table(rows));

function networkAt(at: number): string {
  const bits = 20 + (at % 13);
  return (
    parseNetwork(`${11 + (at % 200)}.${(at >> 8) & 255}.${at & 255}.0/${bits}`) +
    (bits === 32 ? '/32' : '')
  );
}

function rate(lookups: number, has: (address: string) => boolean): number {
  let found = 0;
  const startedAt = performance.now();
  for (let at = 0; at < lookups; at++) {
    if (has(`${1 + (at % 220)}.${(at >> 7) & 255}.${(at >> 3) & 255}.9`)) found++;
  }
  if (found > lookups) throw new Error('impossible');
  return (lookups / (performance.now() - startedAt)) * 1000;
}
