import { prefixTable } from '../../src/event/network.ts';
import type { CallEvent, PlainEvent, Registration, SipEvent } from '../../src/event/sip-event.ts';
import { source, targetOf } from '../../src/event/source.ts';
import { createDialledNumbers } from '../../src/judge/dialled.ts';
import { judge } from '../../src/judge/judge.ts';
import type { Standings } from '../../src/judge/standings.ts';
import { createStandings } from '../../src/judge/standings.ts';
import type { Ban, Verdict } from '../../src/judge/verdict.ts';
import type { World } from '../../src/judge/world.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { RulesPolicy } from '../../src/policy/policy-rules.ts';
import type { TrunkPolicy } from '../../src/policy/policy-trunks.ts';

export const START = 1_800_000_000_000;
export const SCANNER = '198.51.100.66';
export const OFFICE = '198.51.100.7';
export const TRUNK = '203.0.113.5';

/** Every rule on, with limits small enough to reach by hand. */
export const RULES: RulesPolicy = {
  'stranger-call': { hits: 3, withinSeconds: 600 },
  'junk-caller-id': {
    hits: 2,
    withinSeconds: 600,
    numbers: ['100', '1000'],
    names: ['sipvicious'],
    patterns: [],
  },
  'scanner-user-agent': {
    hits: 2,
    withinSeconds: 600,
    agents: ['friendly-scanner', 'sipcli'],
    patterns: [],
  },
  'scanner-shape': { hits: 1, withinSeconds: 600, fromHosts: ['1.1.1.1'] },
  'dialled-junk': { hits: 2, withinSeconds: 600, numbers: ['666'], patterns: ['^000+[1-9]'] },
  'number-sweep': { prefixes: 3, withinSeconds: 86_400 },
  feed: { hits: 1, withinSeconds: 600 },
  'bad-request': { hits: 3, withinSeconds: 600 },
  'auth-failure': { hits: 10, withinSeconds: 600 },
  'unknown-account': { hits: 10, withinSeconds: 600 },
  'acl-denied': { hits: 3, withinSeconds: 600 },
  'account-sweep': { accounts: 5, withinSeconds: 600 },
  'slow-scan': { tries: 5, days: 3, withinSeconds: 604_800 },
  flood: { events: 40, withinSeconds: 10 },
  canary: { userAgent: 'ghostgate-canary' },
};

export interface Changes {
  readonly rules?: Partial<RulesPolicy>;
  readonly fromStrangers?: 'reject' | 'watch' | 'pass';
  readonly trustRegistered?: boolean;
}

export function policyOf({ rules, fromStrangers, trustRegistered }: Changes = {}): Policy {
  return {
    site: 'test',
    mode: 'enforce',
    pbxs: [],
    trunks: [],
    trust: { networks: ['10.20.0.0/16'], registered: trustRegistered ?? true },
    calls: {
      fromStrangers: fromStrangers ?? 'reject',
      hangupCause: 21,
      killCause: 'CALL_REJECTED',
    },
    feeds: [],
    geo: undefined,
    gate: { enabled: false, whenAway: 'trusted_only', trustForSeconds: 7 * 86_400 },
    rules: { ...RULES, ...rules },
    jail: {
      timeSeconds: [3600, 86_400, 604_800],
      quarantineSeconds: [600, 3600],
      graceSeconds: 86_400,
      ipv6PrefixBits: 64,
      forgetSeconds: 30 * 86_400,
    },
    shield: { accounts: 20 },
    breaker: {
      bansPerMinute: 5,
      goodCallSeconds: 3600,
      goodTraffic: { limit: 3, withinSeconds: 604_800 },
    },
    enforce: [],
    memory: { sources: 1000 },
    store: { path: '/nowhere', keepSeconds: 86_400 },
    capture: { days: 0, megabytes: 0 },
    control: { socket: '/nowhere' },
    metrics: { listen: undefined },
    page: undefined,
    notify: [],
    report: {},
    log: { level: 'info' },
  };
}

export function trunk(junkCallerId: TrunkPolicy['junkCallerId'] = 'reject'): TrunkPolicy {
  return { name: 'gntel', networks: ['203.0.113.0/28'], hosts: [], junkCallerId };
}

export function worldOf(changes: Partial<World> = {}): World {
  return {
    own: prefixTable([
      ['127.0.0.0/8', 'loopback'],
      ['::1', 'loopback'],
      ['192.0.2.1', 'eth0'],
    ]),
    trunks: prefixTable([
      ['203.0.113.0/28', trunk()],
      ['2001:db8:aa::5', trunk()],
    ]),
    trusted: prefixTable([['10.20.0.0/16', '10.20.0.0/16']]),
    registrations: new Map(),
    unresolvedHosts: [],
    graces: new Map(),
    dialled: createDialledNumbers(),
    ...changes,
  };
}

export function registered(address: string, ...accounts: string[]): Map<string, Registration[]> {
  return new Map([[targetOf(address), accounts.map((account) => ({ account, address }))]]);
}

type Facts = Partial<Omit<CallEvent, 'kind' | 'source'>> & { readonly from?: string };

export function call({ from = SCANNER, ...facts }: Facts = {}): CallEvent {
  return {
    kind: 'call',
    pbx: 'acme',
    seenAt: START,
    source: source(from, 5060, 'udp'),
    proof: 'forgeable',
    channel: 'PJSIP/anonymous-00000001',
    callingNumber: '0201234567',
    calledNumber: '6001',
    ...facts,
  };
}

export function plain(
  kind: PlainEvent['kind'],
  {
    from = SCANNER,
    ...facts
  }: Partial<Omit<PlainEvent, 'kind' | 'source'>> & { from?: string } = {},
): PlainEvent {
  return {
    kind,
    pbx: 'acme',
    seenAt: START,
    source: source(from, 5060, 'udp'),
    proof: 'forgeable',
    ...facts,
  };
}

/** The judge with its standings, and bans told back as the daemon does. */
export interface Court {
  readonly standings: Standings;
  readonly see: (event: SipEvent) => Verdict;
  /** The same event `times` times, `everyMs` apart; the last verdict. */
  readonly seeMany: (event: SipEvent, times: number, everyMs?: number) => Verdict;
}

export function court(policy = policyOf(), world = worldOf(), limit = 1000): Court {
  const standings = createStandings(limit);
  const see = (event: SipEvent): Verdict => {
    const target = targetOf(event.source.address, policy.jail.ipv6PrefixBits);
    const verdict = judge(event, standings.fold(event, target), world, policy);
    if (verdict.answer === 'ban') standings.banned(target, banOf(verdict, event.seenAt));
    return verdict;
  };
  return {
    standings,
    see,
    seeMany(event, times, everyMs = 1000) {
      let last = see(event);
      for (let at = 1; at < times; at++) {
        last = see({ ...event, seenAt: event.seenAt + at * everyMs });
      }
      return last;
    },
  };
}

export function banOf(verdict: Verdict, now: number): Ban {
  return {
    target: verdict.target,
    since: now,
    until: now + (verdict.jailSeconds ?? 0) * 1000,
    rule: verdict.rule,
    why: verdict.why,
    proof: verdict.proof,
    quarantine: verdict.quarantine === true,
    by: 'judge',
  };
}

/** A ban that the judge gave the scanner for an hour, at the start. */
export function aBan(parts: Partial<Ban> = {}): Ban {
  return {
    target: SCANNER,
    since: START,
    until: START + 3_600_000,
    rule: 'auth-failure',
    why: 'because',
    proof: 'proven',
    quarantine: false,
    by: 'judge',
    ...parts,
  };
}
