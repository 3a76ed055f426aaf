import type { AuditEntry } from '../../src/judge/audit.ts';
import type { History, HistoryCount, Measure } from '../../src/judge/history.ts';
import type { VerdictRow } from '../../src/judge/record.ts';
import type { Ban } from '../../src/judge/verdict.ts';
import type { Control } from '../../src/web/control.ts';
import type { LiveEvent } from '../../src/web/live-event.ts';
import type { StatusReport } from '../../src/web/status-report.ts';
import { aBan, aReport, anExplanation, fakeControl } from '../web/fake-control.ts';
import { aRow } from '../store/rows.ts';
import { someAudit } from './some-audit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a page is shown: a busy PBX, with other texts where a test gives them. */
export interface Shown {
  readonly mode?: 'observe' | 'enforce';
  readonly status?: Partial<StatusReport>;
  readonly verdicts?: readonly VerdictRow[];
  readonly bans?: readonly Ban[];
  readonly history?: (hours: number) => History;
  readonly audit?: readonly AuditEntry[];
}

export interface BrowserScene extends Control {
  readonly released: string[];
  readonly tell: (event: LiveEvent) => void;
}

/** A control that answers like a PBX under attack since yesterday. */
export function busyControl(shown: Shown = {}): BrowserScene {
  const now = Date.now();
  const released: string[] = [];
  const followers = new Set<(event: LiveEvent) => void>();
  const early: LiveEvent[] = [];
  let bans = [...(shown.bans ?? someBans(now))];
  const base = fakeControl();
  return {
    ...base,
    released,
    tell: (event) => {
      if (followers.size === 0) early.push(event); // The page may not follow yet: told when it does.
      for (const follower of followers) follower(event);
    },
    status: () =>
      aReport({
        mode: shown.mode ?? 'enforce',
        startedAt: now - 3 * 24 * HOUR - 5 * HOUR,
        policy: { path: '/etc/ghostgate/policy.yaml', loadedAt: now - 26 * HOUR },
        bans: { active: bans.length, quarantines: bans.filter((ban) => ban.quarantine).length },
        notices: [
          'account 204 at 203.0.113.50 fails to register since 09:12: its password is stale',
        ],
        pbxs: [
          link('acme', 'Asterisk 22.10.1', now - 71 * HOUR),
          link('fusion', 'FreeSWITCH 1.11.2', now - 20 * HOUR),
        ],
        gates: [
          { pbx: 'acme', trusted: 38 },
          { pbx: 'fusion', trusted: 21 },
        ],
        trunks: [
          { name: 'gntel', addresses: 6 },
          { name: 'voipgrid', addresses: 4 },
        ],
        ...shown.status,
      }),
    bans: () => bans,
    async unban({ target }) {
      released.push(target);
      bans = bans.filter((ban) => ban.target !== target);
      return { released: true, graceUntil: now + HOUR };
    },
    verdicts: () => shown.verdicts ?? someVerdicts(now),
    history: shown.history ?? ((hours) => someHistory(hours, now)),
    audit: () => shown.audit ?? someAudit(now),
    explain: (target) =>
      anExplanation({
        target,
        address: target,
        standing: ['41 calls in the last hour, 3 user agents', 'earlier bans: 2'],
        verdicts: someVerdicts(now).slice(0, 6),
        shutOut: {
          until: now + 7 * HOUR,
          rule: 'junk-caller-id',
          why: 'calls as 100',
          quarantine: false,
        },
      }),
    follow(listener) {
      followers.add(listener);
      setImmediate(() => early.splice(0).forEach((event) => listener(event)));
      return () => followers.delete(listener);
    },
  };
}

function link(name: string, version: string, since: number): StatusReport['pbxs'][number] {
  const counters = {
    connections: 1,
    refusedFrames: 0,
    unknownSources: 0,
    lostEvents: 0,
    restarts: 0,
  };
  return { name, kind: 'asterisk', state: 'up', version, since, counters };
}

const GHOSTS = [
  [
    '203.0.113.77',
    '100',
    '011972595301234',
    'junk-caller-id',
    'calls as 100, a number scanners use',
  ],
  [
    '198.51.100.23',
    '1000',
    '900972595301234',
    'number-sweep',
    'the 4th prefix before 972595301234',
  ],
  ['192.0.2.118', 'sipvicious', '100', 'scanner-user-agent', 'calls itself friendly-scanner'],
  ['203.0.113.201', '5001', '00441904911024', 'stranger-call', 'a source nobody vouches for calls'],
] as const;

function someVerdicts(now: number): VerdictRow[] {
  return Array.from({ length: 40 }, (_, at): VerdictRow => {
    const seenAt = now - at * 47_000 - 3000;
    const base = { seenAt, pbx: at % 3 === 0 ? 'fusion' : 'acme', port: 5060 } as const;
    if (at % 5 === 1) {
      return aRow({
        ...base,
        address: '198.18.12.1',
        target: '198.18.12.1',
        verdict: 'pass',
        rule: 'trunk',
        why: 'trunk gntel',
        proof: 'proven',
        callingNumber: '+31201234567',
        callingName: 'Jansen & Zn.',
        calledNumber: '0201230000',
      });
    }
    if (at % 7 === 3) {
      return aRow({
        ...base,
        event: 'auth-failure',
        address: '192.0.2.44',
        target: '192.0.2.44',
        verdict: at % 2 === 0 ? 'ban' : 'watch',
        rule: 'auth-failure',
        why: `${at + 4} wrong passwords in 10 min`,
        proof: 'proven',
        account: '201',
      });
    }
    const [address, callingNumber, calledNumber, rule, why] = GHOSTS[at % 4] ?? GHOSTS[0];
    const verdict = at % 4 === 2 ? 'ban' : 'reject';
    return aRow({
      ...base,
      address,
      target: address,
      verdict,
      rule,
      why,
      callingNumber,
      calledNumber,
    });
  });
}

function someBans(now: number): Ban[] {
  return Array.from({ length: 24 }, (_, at) => {
    const [address, , , rule, why] = GHOSTS[at % 4] ?? GHOSTS[0];
    const target = at < 4 ? address : `198.51.100.${100 + at}`;
    const quarantine = at % 3 === 0;
    return aBan({
      target: at === 9 ? '2001:db8:1:2::/64' : target,
      rule,
      why,
      since: now - at * 37 * MINUTE - 5 * MINUTE,
      until: now + (at % 5) * 11 * HOUR + 42 * MINUTE,
      quarantine,
      pbx: at % 3 === 0 ? 'fusion' : 'acme',
    });
  });
}

/** The same for every run: a wave of the day, and a sweep at night. */
function someHistory(hours: number, now: number): History {
  const stepMs =
    hours <= 24 ? 10 * MINUTE : hours <= 168 ? HOUR : hours <= 720 ? 6 * HOUR : 24 * HOUR;
  const since = Math.floor((now - hours * HOUR) / stepMs) * stepMs;
  const counts: HistoryCount[] = [];
  const put = (at: number, measure: Measure, rule: string, count: number, pbx: string): void => {
    if (count > 0) counts.push({ at, pbx, measure, rule, count });
  };
  for (let at = since, nth = 0; at < now; at += stepMs, nth++) {
    const wave = 1 + Math.sin((at / HOUR / 24) * 2 * Math.PI);
    const noise = ((nth * 2654435761) >>> 7) % 11;
    const sweep = nth % 61 > 52 ? 9 - (nth % 5) : 0;
    const pbx = nth % 3 === 0 ? 'fusion' : 'acme';
    put(at, 'stopped', 'junk-caller-id', noise > 7 ? Math.round(wave) + 1 : 0, pbx);
    put(at, 'stopped', 'number-sweep', sweep, 'acme');
    put(at, 'stopped', 'stranger-call', noise === 3 ? 2 : 0, pbx);
    put(at, 'stopped', 'scanner-user-agent', noise === 5 ? Math.round(wave * 2) : 0, pbx);
    put(at, 'shut-out', 'junk-caller-id', noise === 9 ? 1 : 0, pbx);
    put(at, 'shut-out', 'number-sweep', sweep > 8 ? 1 : 0, 'acme');
    put(at, 'passed', 'trunk', Math.round(wave * 3), pbx);
    put(at, 'passed', 'registered', Math.round(wave * 2), pbx);
    put(at, 'attempt', 'auth-failure', noise > 8 ? 3 : 0, pbx);
    for (const [wish, done] of [
      ['would-stop', 'stopped'],
      ['would-shut-out', 'shut-out'],
    ] as const) {
      const same = counts.filter((count) => count.at === at && count.measure === done);
      for (const count of same) counts.push({ ...count, measure: wish });
    }
  }
  const tops = GHOSTS.map(([name], at) => ({
    kind: 'source' as const,
    pbx: 'acme',
    name,
    count: 141 - at * 37,
  }));
  const dialled = GHOSTS.map(([, , name], at) => ({
    kind: 'dialled' as const,
    pbx: 'acme',
    name,
    count: 97 - at * 23,
  }));
  return {
    since,
    until: now,
    stepMs,
    countedSince: now - 40 * 24 * HOUR,
    counts,
    sources: tops,
    dialled,
  };
}
