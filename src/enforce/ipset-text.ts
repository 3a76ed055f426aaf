import { parseNetwork } from '../event/source.ts';
import type { Change } from './nft-table.ts';
import { secondsLeft } from './target.ts';

/** One of the two sets that hold the bans. */
export interface BanSetName {
  readonly name: string;
  readonly v6: boolean;
}

export function banSetNames(set: string): readonly BanSetName[] {
  return [
    { name: `${set}4`, v6: false },
    { name: `${set}6`, v6: true },
  ];
}

/**
 * Input of `ipset restore`: a set that is there with the same shape stays as it is. hash:net
 * holds addresses and prefixes of every length beside each other, at the price of one look for
 * each length in use. What somebody adds by hand without a time ends after a day.
 */
export function createLines(sets: readonly BanSetName[]): string {
  return lines(
    sets.map(({ name, v6 }) => {
      const family = v6 ? 'inet6' : 'inet';
      return `create ${name} hash:net family ${family} timeout 86400 maxelem ${MOST_ELEMENTS} -exist`;
    }),
  );
}

/** Input of `ipset restore`: `-exist` makes an element that is there take the new time. */
export function changeLines(
  [v4, v6]: readonly BanSetName[],
  changes: readonly Change[],
  now: number,
): string {
  return lines(
    changes.map(({ target, until }) => {
      const set = target.includes(':') ? v6 : v4;
      if (until === undefined) return `del ${set?.name} ${target} -exist`;
      const seconds = Math.min(secondsLeft(until, now), MOST_SECONDS);
      return `add ${set?.name} ${target} timeout ${seconds} -exist`;
    }),
  );
}

/** What `ipset save` says the set holds. */
export function savedTargets(saved: string): string[] {
  const found: string[] = [];
  for (const line of saved.split('\n')) {
    if (!line.startsWith('add ')) continue;
    const target = parseNetwork(line.split(' ', 3)[2] ?? '');
    if (target !== undefined) found.push(target);
  }
  return found;
}

/** The rule, after `-C` or `-I`: its chain, then what it matches and does. */
export function dropRule({ name }: BanSetName): readonly string[] {
  return ['PREROUTING', '-m', 'set', '--match-set', name, 'src', '-j', 'DROP'];
}

/** A set refuses what is beyond; a million addresses are some 100 MB of the kernel's memory. */
export const MOST_ELEMENTS = 1_000_000;

/** The most that ipset counts in, 24 days (ipset(8), timeout); the tick lengthens what is banned for longer. */
const MOST_SECONDS = 2_147_483;

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
