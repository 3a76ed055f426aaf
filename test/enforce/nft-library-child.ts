// What nft-library.test.ts runs in a network namespace of its own.
import { nftLibrary } from '../../src/enforce/nft-library.ts';
import { nftNetlink } from '../../src/enforce/nft-netlink.ts';
import { nftables } from '../../src/enforce/nftables.ts';
import { ban, held } from './contract.ts';

const place = nftables({ table: 'ghostgate', sipPorts: [5060] });
await place.open();
await place.ban([ban('198.51.100.7'), ban('2001:db8:1:2::/64')]);
await place.ban([ban('198.51.100.7')]);
const before = await held(place);
await place.release(['198.51.100.7', '203.0.113.1']);
const afterRelease = await held(place);
const nonsense = await nftLibrary()?.ask('nonsense here');
const error = nonsense?.error?.includes('syntax error');
const netlink = nftNetlink();
const element = { set: 'banned4', address: '198.51.100.9', timeoutMs: 60_000 };
const other = { set: 'banned6net64', address: '2001:db8:9::', timeoutMs: 60_000 };
const created = [
  netlink?.create('ghostgate', [element, other]),
  netlink?.create('ghostgate', [element]),
  netlink?.create('nowhere', [element]),
  netlink?.create('ghostgate', [{ ...element, address: '198.51.100.10' }]),
];
const afterNetlink = await held(place);
process.stdout.write(JSON.stringify({ held: before, afterRelease, error, created, afterNetlink }));
netlink?.close();
await place.close();
