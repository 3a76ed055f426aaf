import { targetOf } from '../event/source.ts';
import { secondsLeft } from './target.ts';

/**
 * An empty set whose name is the version: raised when the table below changes shape, and a table
 * of another version is made anew. A name is read without the elements of every set.
 */
export const SCHEMA = 'schema2';

/**
 * The whole table, in one transaction. The hook is raw prerouting: before conntrack, so that
 * calls and connections already established stop as well. `gate` drops who is banned, and under
 * lockdown who is not let in (nft-lockdown.ts; its chains are empty otherwise), then notes who sent
 * to the SIP ports: a packet that was dropped causes no event, so it vouches for none. A full set makes `update` fail and the rule stop short of its
 * `accept` (nft(8): dynamic sets), so the rule after it remembers, as long as any element there,
 * that this family could not be noted and silence proves nothing.
 */
export function tableText(table: string, sipPorts: readonly number[]): string {
  return `add table inet ${table}
delete table inet ${table}
table inet ${table} {
  set ${SCHEMA} { type mark; }
  set sip_ports { type inet_service; }
  set seen4 { type ipv4_addr; size ${MOST_SEEN}; flags dynamic,timeout; timeout ${SEEN_SECONDS}s; }
  set seen6 { type ipv6_addr; size ${MOST_SEEN}; flags dynamic,timeout; timeout ${SEEN_SECONDS}s; }
  set unseen { type nf_proto; size 8; flags dynamic,timeout; timeout ${SEEN_SECONDS}s; }
  set lockdown { type nf_proto; flags timeout; }
  set open4 { type ipv4_addr; flags interval; }
  set open6 { type ipv6_addr; flags interval; }
  set registered4 { type ipv4_addr; flags timeout; }
  set registered6 { type ipv6_addr; flags timeout; }
  counter locked_out { }
  chain banned { }
  chain lockdown { }
  chain closed { }
  chain gate {
    type filter hook prerouting priority -300; policy accept;
    jump banned
    jump lockdown
    ${noted('ipv4', 'ip', 'seen4')}
    ${noted('ipv6', 'ip6', 'seen6')}
    meta l4proto { tcp, udp } th dport @sip_ports update @unseen { meta nfproto }
  }
}
${COMMON_SETS.map((set) => banSetText(table, set)).join('\n')}
${portsText(table, sipPorts)}
`;
}

function noted(family: string, address: string, set: string): string {
  return ['udp', 'tcp']
    .map((protocol) => {
      const packet = `meta nfproto ${family} ${protocol} dport @sip_ports`;
      return `${packet} update @${set} { ${address} saddr } accept`;
    })
    .join('\n    ');
}

/** How many rules `gate` has when it is whole: `nft flush table` empties it and leaves the sets. */
export const GATE_RULES = 7;

/** The ports may have changed in the policy since the table was made. */
export function portsText(table: string, sipPorts: readonly number[]): string {
  const flush = `flush set inet ${table} sip_ports`;
  if (sipPorts.length === 0) return flush;
  return `${flush}; add element inet ${table} sip_ports { ${sipPorts.join(', ')} }`;
}

/**
 * Where a target is held: one hash set for each prefix length in use, matched by masking the
 * sender's address. An interval set would cost O(n) per change and refuse a prefix that overlaps
 * another.
 */
export interface BanSet {
  readonly name: string;
  readonly v6: boolean;
  readonly bits: number;
}

export function banSetOf(target: string): { set: BanSet; element: string } {
  const v6 = target.includes(':');
  const [element = '', bits] = target.split('/');
  return { set: banSet(v6, bits === undefined ? full(v6) : Number(bits)), element };
}

/** The sets that these changes need. */
export function setsOf(changes: readonly Change[]): Iterable<BanSet> {
  const sets = new Map<string, BanSet>();
  for (const { target } of changes) {
    const { set } = banSetOf(target);
    sets.set(set.name, set);
  }
  return sets.values();
}

/** Reads a set's name back; undefined for the sets that hold no bans. */
export function banSetNamed(name: string): BanSet | undefined {
  const [, family, bits] = /^banned([46])(?:net(\d{1,3}))?$/.exec(name) ?? [];
  const v6 = family === '6';
  return family === undefined
    ? undefined
    : banSet(v6, bits === undefined ? full(v6) : Number(bits));
}

/** As one line, for a set that is first needed while running. */
export function banSetText(table: string, { name, v6, bits }: BanSet): string {
  const type = v6 ? 'ipv6_addr' : 'ipv4_addr';
  return (
    `add set inet ${table} ${name} { type ${type}; flags timeout; }; ` +
    `add rule inet ${table} banned ${senderText(v6, bits)} @${name} counter drop`
  );
}

/** A packet's sender, or the prefix of this length that it is in. */
export function senderText(v6: boolean, bits: number): string {
  const sender = v6 ? 'ip6 saddr' : 'ip saddr';
  return bits === full(v6) ? sender : `${sender} & ${maskOf(v6, bits)}`;
}

/** One target and until when it is banned (ms); `until` undefined when it is released. */
export interface Change {
  readonly target: string;
  readonly until: number | undefined;
}

/**
 * Lines that apply the changes, in one transaction. `create` is refused when a target is there
 * already. The way for targets that may be there is longer: kernels before 6.12 answer `add` with
 * success and silently keep the old timeout, so the element is deleted first, and added before
 * that, because deleting what is absent is refused.
 */
export function changeText(
  table: string,
  changes: readonly Change[],
  now: number,
  replacing: boolean,
): string {
  const parts: string[] = [];
  for (const [name, { bans, releases }] of bySet(changes)) {
    const at = `element inet ${table} ${name}`;
    const gone = [...releases, ...(replacing ? bans.map((ban) => ban.element) : [])];
    if (gone.length > 0) {
      const brief = gone.map((element) => `${element} timeout 1s`).join(', ');
      parts.push(`add ${at} { ${brief} }`, `delete ${at} { ${gone.join(', ')} }`);
    }
    if (bans.length === 0) continue;
    const timed = bans.map((ban) => `${ban.element} timeout ${secondsLeft(ban.until, now)}s`);
    parts.push(`${replacing ? 'add' : 'create'} ${at} { ${timed.join(', ')} }`);
  }
  return parts.join('; ');
}

function bySet(changes: readonly Change[]) {
  const sets = new Map<
    string,
    { bans: { element: string; until: number }[]; releases: string[] }
  >();
  for (const { target, until } of changes) {
    const { set, element } = banSetOf(target);
    let group = sets.get(set.name);
    if (!group) sets.set(set.name, (group = { bans: [], releases: [] }));
    if (until === undefined) group.releases.push(element);
    else group.bans.push({ element, until });
  }
  return sets;
}

function banSet(v6: boolean, bits: number): BanSet {
  const family = v6 ? 'banned6' : 'banned4';
  return { name: bits === full(v6) ? family : `${family}net${bits}`, v6, bits };
}

function full(v6: boolean): number {
  return v6 ? 128 : 32;
}

function maskOf(v6: boolean, bits: number): string {
  if (v6) return targetOf(ALL_ONES, bits).slice(0, -`/${bits}`.length);
  const word = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
}

const ALL_ONES = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

/** Nearly every ban is one of these. */
const COMMON_SETS = [banSet(false, 32), banSet(true, 128), banSet(true, 64)];

/** Longer than any event takes from its packet, shorter than a spoofed flood could make it useful. */
export const SEEN_SECONDS = 60;
const MOST_SEEN = 65_536;
