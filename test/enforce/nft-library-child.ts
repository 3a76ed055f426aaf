// What nft-library.test.ts runs in a network namespace of its own.
import { nftLibrary } from '../../src/enforce/nft-library.ts';
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
process.stdout.write(JSON.stringify({ held: before, afterRelease, error }));
await place.close();
