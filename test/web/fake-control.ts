import type { FeedsReport } from '../../src/judge/feeds-report.ts';
import type { TestContext } from 'node:test';
import { join } from 'node:path';
import type { Ban } from '../../src/judge/verdict.ts';
import type { Control } from '../../src/web/control.ts';
import type { Explanation } from '../../src/web/explanation.ts';
import type { FeedsControl } from '../../src/web/control-feeds.ts';
import type { LockdownControl, LockdownPlan } from '../../src/web/control-lockdown.ts';
import type { StatusReport } from '../../src/web/status-report.ts';
import { serveControl } from '../../src/web/socket.ts';
import { tempFolder } from '../store/temp.ts';
import { emptyHistory, emptyReport } from './empty-history.ts';

/** The moment all tests take place: local time, so that texts are the same in every zone. */
export const NOW = new Date(2026, 2, 1, 14, 5, 30).getTime();
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function aReport(parts: Partial<StatusReport> = {}): StatusReport {
  return {
    site: 'acme-hq',
    version: '0.1.0',
    mode: 'enforce',
    startedAt: NOW - 3 * HOUR - 12 * MINUTE,
    policy: { path: '/etc/ghostgate/policy.yaml', loadedAt: NOW - 3 * HOUR },
    pbxs: [
      {
        name: 'acme',
        kind: 'asterisk',
        state: 'up',
        version: 'Asterisk 22.10.1',
        since: NOW - 3 * HOUR,
        counters: {
          connections: 2,
          refusedFrames: 3,
          unknownSources: 4,
          lostEvents: 0,
          restarts: 0,
        },
      },
    ],
    gates: [{ pbx: 'acme', trusted: 12 }],
    enforcers: [
      { name: 'nftables', state: 'ok', present: 1014, drift: { added: 3, released: 1 } },
      { name: 'asterisk-acl', state: 'ok', present: 1, drift: { added: 0, released: 0 } },
    ],
    bans: { active: 1014, quarantines: 30 },
    sources: 3112,
    verdicts: { pass: 1204, watch: 12, reject: 33, ban: 14 },
    calls: { judged: 900, good: 840, rejected: 47, rangBeforeRejected: 2 },
    breaker: { refused: 3, overBudget: 0 },
    injections: 5,
    trunks: [{ name: 'gntel', addresses: 4 }],
    lockdown: { state: 'off', inForce: false, droppedPackets: 0 },
    feeds: { feeds: [], geo: [] },
    notices: [],
    droppedRows: 6,
    ...parts,
  };
}

/** Everything wrong that can be wrong. */
export function aTroubledReport(): StatusReport {
  const report = aReport();
  const [link] = report.pbxs;
  if (link === undefined) throw new Error('the report has a link');
  return {
    ...report,
    mode: 'observe',
    policy: { ...report.policy, error: 'policy.yaml:12:7 trunks[0]: not an address' },
    pbxs: [
      { ...link, state: 'degraded', problem: 'no right to read security events' },
      {
        ...link,
        name: 'branch',
        state: 'refused',
        problem: 'wrong secret',
        lastLoss: { at: NOW - 5 * MINUTE, why: 'the PBX closed the connection' },
        counters: { ...link.counters, lostEvents: 1501, restarts: 1 },
      },
    ],
    gates: [{ pbx: 'acme', trusted: 0, problem: 'Asterisk would not do DBPut' }],
    enforcers: [
      {
        name: 'fail2ban',
        state: 'failing',
        problem: 'no socket at /run/fail2ban.sock',
        present: 0,
        drift: { added: 0, released: 0 },
      },
    ],
    trunks: [{ name: 'gntel', addresses: 0, problem: 'DNS does not answer' }],
    notices: ['account 201 at 203.0.113.50 fails to register: its password is stale'],
  };
}

export function aBan(parts: Partial<Ban> = {}): Ban {
  return {
    target: '203.0.113.9',
    since: NOW - 3 * HOUR,
    until: NOW + 21 * HOUR,
    rule: 'auth-failure',
    why: '10 wrong passwords in 4 min',
    proof: 'proven',
    quarantine: false,
    by: 'judge',
    pbx: 'acme',
    ...parts,
  };
}

export function anExplanation(parts: Partial<Explanation> = {}): Explanation {
  return {
    target: '203.0.113.9',
    address: '203.0.113.9',
    standing: [],
    verdicts: [],
    bans: [],
    ...parts,
  };
}

export function aPlan(parts: Partial<LockdownPlan> = {}): LockdownPlan {
  return {
    sipPorts: [5060, 5061],
    trunks: [{ name: 'gntel', addresses: 4 }],
    trusted: 2,
    registered: {
      sources: 12,
      outside: 2,
      some: [
        { address: '203.0.113.50', accounts: ['201', '202'] },
        { address: '203.0.113.51', accounts: ['203'] },
      ],
      unreachable: [],
    },
    shutOut: { sources: 0, some: [] },
    ...parts,
  };
}

function fakeLockdown(asked: unknown[]): LockdownControl {
  const off = { state: 'off', inForce: false, droppedPackets: 0 } as const;
  return {
    view: async () => ({ lockdown: off, plan: aPlan() }),
    async on(request) {
      asked.push(request);
      const until = NOW + request.confirmWithinSeconds * SECOND;
      const report = { since: NOW, by: request.by, until, inForce: true, droppedPackets: 0 };
      return { lockdown: { state: 'unconfirmed', ...report } };
    },
    async confirm({ by }) {
      asked.push('confirm');
      const report = { since: NOW, by, inForce: true, droppedPackets: 7 };
      return { lockdown: { state: 'on', ...report } };
    },
    async off() {
      asked.push('off');
      return { lockdown: off };
    },
  };
}

export function aFeedsReport(): FeedsReport {
  const nothing = { cut: 0, cutEntries: [], bad: 0, badLines: [] };
  return {
    feeds: [
      {
        name: 'blocklist',
        use: 'deny',
        from: 'https://lists.example.net/sip.txt',
        state: 'held',
        entries: 1200,
        ...nothing,
        cut: 2,
        cutEntries: [{ network: '203.0.113.0/24', what: 'trunk gntel' }],
        bad: 1,
        badLines: [{ line: 7, text: 'not here', mistake: 'not an address or prefix' }],
        fetchedAt: NOW - 2 * HOUR,
        checkedAt: NOW - MINUTE,
        held: { entries: 90_000, why: 'it has 90000 entries, where 1200 were' },
      },
      {
        name: 'own',
        use: 'evidence',
        from: '/etc/ghostgate/own.csv',
        state: 'failing',
        entries: 0,
        ...nothing,
        problem: '/etc/ghostgate/own.csv is not a file (name a file)',
      },
    ],
    geo: [{ what: 'country', file: '/var/lib/GeoIP/country.mmdb', builtAt: NOW - 3 * DAY }],
  };
}

function fakeFeeds(asked: unknown[]): FeedsControl {
  return {
    view: aFeedsReport,
    async accept(request) {
      asked.push(request);
      return request.name === 'blocklist'
        ? { accepted: request.name, entries: 90_000 }
        : { refused: `the policy has no feed ${request.name}` };
    },
    async refresh(request) {
      asked.push(request);
      return aFeedsReport();
    },
  };
}

/** A control that answers as told and remembers what it was asked. */
export function fakeControl(
  parts: Partial<Control> = {},
): Control & { asked: unknown[]; trail: unknown[] } {
  const asked: unknown[] = [];
  const audit: unknown[] = [];
  return {
    asked,
    trail: audit,
    status: () => aReport(),
    bans: () => [],
    async ban(request) {
      asked.push(request);
      const { target, seconds, because } = request;
      const until = NOW + seconds * SECOND;
      return { ban: aBan({ target, since: NOW, until, why: because, by: 'hand' }) };
    },
    async unban(request) {
      asked.push(request);
      return { released: true, graceUntil: NOW + HOUR };
    },
    explain: (address) => anExplanation({ target: address, address }),
    lockdown: fakeLockdown(asked),
    explainCall: () => undefined,
    feeds: fakeFeeds(asked),
    async reload() {
      return { ok: true };
    },
    verdicts: () => [],
    history: (hours) => emptyHistory(NOW, hours),
    report: async (since) => emptyReport(NOW, since),
    notify: { channels: () => [], test: async () => [] },
    audit: () => [],
    keepAudit: (entry) => void audit.push(entry),
    follow: () => () => {},
    ...parts,
  };
}

/** Serves the control on a real unix socket until the test ends; returns its path. */
export async function served(context: TestContext, control: Control): Promise<string> {
  const path = join(tempFolder(context), 'control.sock');
  const server = await serveControl(path, control);
  context.after(() => server.close());
  return path;
}
