import { LRUCache } from 'lru-cache';
import { prefixTable } from '../event/network.ts';
import type { SipEvent } from '../event/sip-event.ts';
import { parseNetwork, targetOf } from '../event/source.ts';
import type { Policy } from '../policy/policy.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import { ownCopy } from './own-copy.ts';
import { junkCallerIdOf } from './rules/junk-caller-id.ts';
import { scannerShape } from './rules/scanner-shape.ts';
import { scannerUserAgent } from './rules/scanner-user-agent.ts';
import type { Standing } from './standing.ts';
import { count } from './words.ts';
import type { World } from './world.ts';

/**
 * Tells when a carrier begins to send from addresses that its trunk has not. It only ever tells:
 * whatever it goes by can be forged by who wants to be listed, so nobody is trusted for it.
 */
export interface TrunkDrift {
  /** The trunks with the addresses they have now. Forgets what no trunk of the policy stands behind. */
  trunks(trunks: readonly TrunkPolicy[], resolved: (trunk: TrunkPolicy) => readonly string[]): void;
  /** The PBX's own name for a trunk, as its configuration says. */
  named(pbx: string, endpoint: string, trunk: string): void;
  /** Takes a judged event; what the operator should be told, if it is due. */
  note(event: SipEvent, standing: Standing, around: { world: World; policy: Policy }): Drift;
}

/** `tell`: a text about one address. `settled`: it is the trunk's now, and nothing more to tell. */
export type Drift =
  | { readonly tell: string; readonly address: string }
  | { readonly settled: string }
  | undefined;

interface Suspect {
  trunk: string;
  seen: number;
  lastAt: number;
  toldAt: number | undefined;
  endpoint: string | undefined;
  dials: boolean;
  beside: boolean;
}

/** An address is told of once an hour, and ten in all: a forged flood must not drown the notices. */
const AGAIN_MS = 3_600_000;
const MOST_AN_HOUR = 10;
/** The packets of one call come within a second, and are one time that it was seen. */
const ONE_CALL_MS = 1000;
/** Dialling a number of the trunk, or being its neighbour, may be chance: so often it is not. */
const WEAK_TIMES = 3;
/** Extensions are dialled by everybody; a number with its area is the trunk's own. */
const LEAST_DIGITS = 7;
const MOST_SUSPECTS = 1000;
const MOST_ENDPOINTS = 1000;
const MOST_NUMBERS = 10_000;

export function createTrunkDrift(): TrunkDrift {
  const suspects = new LRUCache<string, Suspect>({ max: MOST_SUSPECTS });
  const endpoints = new LRUCache<string, string>({ max: MOST_ENDPOINTS });
  const numbers = new LRUCache<string, string>({ max: MOST_NUMBERS });
  let neighbours = prefixTable<string>();
  let names = new Map<string, string>();
  let told: number[] = [];

  function learn(event: SipEvent, trunk: string): Drift {
    const { pbx, endpoint, calledNumber = '', source } = event;
    // Its own calls only, and none that somebody gave a password for: that may be a phone behind it.
    if (event.kind === 'call' && event.authenticated !== true) {
      if (endpoint !== undefined) endpoints.set(ownCopy(keyOf(pbx, endpoint)), trunk);
      if (isOwnNumber(calledNumber)) numbers.set(ownCopy(calledNumber), trunk);
    }
    return suspects.delete(source.address) ? { settled: source.address } : undefined;
  }

  function evidence({ kind, pbx, endpoint, account, calledNumber = '', source }: SipEvent) {
    // Of a call the PBX says whose it is, and of one that its own ACL refused; an account is only offered.
    const name = kind === 'acl-denied' ? account : endpoint;
    const byEndpoint =
      name === undefined
        ? undefined
        : (endpoints.get(keyOf(pbx, name)) ??
          (kind === 'call' ? names.get(name.toLowerCase()) : undefined));
    const byNumber = numbers.get(calledNumber);
    const byNeighbour = neighbours.match(source.address);
    const trunk = byEndpoint ?? byNumber ?? byNeighbour;
    if (trunk === undefined) return undefined;
    return {
      trunk,
      endpoint: byEndpoint === undefined ? undefined : name,
      dials: byNumber === trunk,
      beside: byNeighbour === trunk,
    };
  }

  function suspect(address: string, found: NonNullable<ReturnType<typeof evidence>>): Suspect {
    const before = suspects.get(address);
    if (before === undefined) {
      const first = { ...found, seen: 0, lastAt: Number.NEGATIVE_INFINITY, toldAt: undefined };
      suspects.set(ownCopy(address), first);
      return first;
    }
    // What the PBX says outweighs what else was seen.
    if (found.endpoint !== undefined) {
      before.trunk = found.trunk;
      before.endpoint = ownCopy(found.endpoint);
    }
    if (found.trunk === before.trunk) {
      before.dials ||= found.dials;
      before.beside ||= found.beside;
    }
    return before;
  }

  return {
    trunks(trunks, resolved) {
      neighbours = prefixTable(
        trunks.flatMap((trunk) =>
          resolved(trunk).map((each) => [neighbourhood(each), trunk.name] as const),
        ),
      );
      names = new Map(trunks.map(({ name }) => [name.toLowerCase(), name]));
      const gone = (name: string): boolean => !names.has(name.toLowerCase());
      for (const [key, trunk] of endpoints) if (gone(trunk)) endpoints.delete(key);
      for (const [key, trunk] of numbers) if (gone(trunk)) numbers.delete(key);
      for (const [key, { trunk }] of suspects) if (gone(trunk)) suspects.delete(key);
    },
    named(pbx, endpoint, trunk) {
      endpoints.set(keyOf(pbx, endpoint), trunk);
    },
    note(event, standing, { world, policy }) {
      if (!TELLING.has(event.kind)) return undefined;
      const { address } = event.source;
      const trunk = world.trunks.match(address);
      if (trunk !== undefined) return learn(event, trunk.name);
      const seen = evidence(event);
      if (seen === undefined || isKnown(address, standing, world)) return undefined;
      if (isScanner(event, standing, { world, policy })) return undefined;
      const found = suspect(address, seen);
      if (event.seenAt - found.lastAt < ONE_CALL_MS) return undefined;
      found.seen++;
      found.lastAt = event.seenAt;
      if (!isDue(found, event.seenAt)) return undefined;
      told = told.filter((at) => at > event.seenAt - AGAIN_MS);
      if (told.length >= MOST_AN_HOUR) return undefined;
      told.push(event.seenAt);
      found.toldAt = event.seenAt;
      return { tell: wordsOf(address, found), address };
    },
  };
}

/** What a carrier's call leaves behind, where the PBX knows its address or does not. */
const TELLING: ReadonlySet<string> = new Set([
  'call',
  'challenged',
  'auth-failure',
  'unknown-account',
  'acl-denied',
]);

function keyOf(pbx: string, endpoint: string): string {
  return `${pbx}\n${endpoint}`;
}

function isOwnNumber(called: string): boolean {
  return called.replaceAll(/\D/g, '').length >= LEAST_DIGITS;
}

/** A phone that calls the office's own number is none of the carrier's machines. */
function isKnown(address: string, { target }: Standing, world: World): boolean {
  return (
    world.own.match(address) !== undefined ||
    world.trusted.match(address) !== undefined ||
    world.registrations.has(target)
  );
}

/** What looks like a scanner is not told as a carrier, whatever it dials. */
function isScanner(
  event: SipEvent,
  standing: Standing,
  around: { world: World; policy: Policy },
): boolean {
  if (event.kind === 'call' && event.injected === true) return true;
  if (junkCallerIdOf(event, around.policy) !== undefined) return true;
  const asked = { ...around, now: event.seenAt };
  return [scannerUserAgent, scannerShape].some(
    (rule) => rule.matches(event, standing, asked) !== undefined,
  );
}

function isDue({ seen, toldAt, endpoint, dials, beside }: Suspect, now: number): boolean {
  const strong = endpoint !== undefined || (dials && beside);
  if (!strong && seen < WEAK_TIMES) return false;
  return toldAt === undefined || now - toldAt >= AGAIN_MS;
}

function wordsOf(address: string, { trunk, seen, endpoint, dials, beside }: Suspect): string {
  const does = endpoint === undefined ? 'may also send' : 'now also sends';
  const reasons = [
    ...(endpoint === undefined ? [] : [`the PBX takes it for endpoint ${endpoint}`]),
    ...(dials ? ["it dials this trunk's numbers"] : []),
    ...(beside ? ["it is next to this trunk's addresses"] : []),
  ];
  return `trunk ${trunk} ${does} from ${address}, seen ${count(seen, 'time')}, not in your list: ${reasons.join(' and ')}; ask the carrier before you add it`;
}

/** The /24, or /64, that an address of a trunk is in; a wider network is as wide as it is. */
function neighbourhood(network: string): string {
  const [address = '', bits] = network.split('/');
  if (address.includes(':')) return Number(bits ?? 128) <= 64 ? network : targetOf(address, 64);
  return Number(bits ?? 32) <= 24 ? network : (parseNetwork(`${address}/24`) ?? network);
}
