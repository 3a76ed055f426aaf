import { LRUCache } from 'lru-cache';
import { parseAddress } from '../event/source.ts';
import { nftProcess } from './nft-process.ts';
import { nftText } from './nft-run.ts';
import { SEEN_SECONDS } from './nft-table.ts';

export interface NftSeen {
  /** As in Enforcer. */
  saw(address: string): Promise<boolean | undefined>;
  /** The table was made anew: packets that came before are not in it. */
  forget(): void;
  close(): void;
}

/**
 * Asks the kernel who really sent packets to the SIP ports. `get element` would read every
 * element of every set first (1.7 s with 100,000 bans), so the question is a deletion: it succeeds
 * (0.4 ms) when the address was there, and the next packet brings the address back. A yes is
 * remembered here for as long as the kernel would have.
 * Questions have an nft of their own: a no is a refused transaction, some 10 ms in which no ban
 * should have to wait in line.
 */
export function nftSeen(options: {
  readonly command: readonly string[];
  readonly table: string;
  readonly now: () => number;
}): NftSeen {
  const { command, table, now } = options;
  const nft = nftProcess(command);
  /** Address, and until when (ms) its last yes holds. */
  const vouched = new LRUCache<string, number>({ max: MOST_VOUCHED });
  const asking = new Map<string, Promise<boolean | undefined>>();
  let madeAt = -Infinity;

  async function ask(address: string): Promise<boolean | undefined> {
    const v6 = address.includes(':');
    const set = v6 ? 'seen6' : 'seen4';
    const { error } = await nft.ask(`delete element inet ${table} ${set} { ${address} }`);
    if (error === undefined) {
      vouched.set(address, now() + SEEN_SECONDS * 1000);
      return true;
    }
    if (now() - madeAt < SETTLE_MS) return undefined;
    return (await wasFull(v6 ? 'ipv6' : 'ipv4')) ? undefined : false;
  }

  /** Rejects when the table is gone, for then the refusal above said nothing about the address. */
  async function wasFull(family: string): Promise<boolean> {
    return (await nftText(command, table, 'unseen')).includes(`"${family}"`);
  }

  return {
    async saw(address) {
      if (parseAddress(address) !== address) return undefined;
      if ((vouched.get(address) ?? 0) > now()) return true;
      // Two questions at once must not both delete: the second would hear no.
      let answer = asking.get(address);
      if (!answer) {
        answer = ask(address)
          // A question that cannot be asked leaves the matter open, as the contract says.
          .catch(() => undefined)
          .finally(() => asking.delete(address));
        asking.set(address, answer);
      }
      return answer;
    },
    forget() {
      madeAt = now();
    },
    close() {
      nft.close();
    },
  };
}

const MOST_VOUCHED = 65_536;
/** A packet that came before the table was made may still become an event. */
const SETTLE_MS = 2_000;
