import { z } from 'zod';
import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { EventKind } from '../event/sip-event.ts';
import type { Answer, Ban } from '../judge/verdict.ts';
import type { StatusReport } from './status-report.ts';
import { reportGauges } from './report-gauges.ts';
import { tally } from './tally.ts';

/**
 * What the line counts, as Prometheus metrics. No address, account or user agent is ever a
 * label: their number is the attacker's to choose. Every call is cheap and never throws.
 */
export interface Metrics {
  /** @param judgeMs time the judge took */
  judged(pbx: string, event: EventKind, verdict: Answer, rule: string, judgeMs: number): void;
  /** @param outcome what the PBX answered to the hang-up */
  rejected(pbx: string, outcome: 'rejected' | 'gone' | 'failed'): void;
  /** @param outcome what the PBX answered to the mark that lets a call through the gate */
  passed(pbx: string, outcome: 'passed' | 'gone' | 'failed'): void;
  /** A rejected call had already been sent to a phone. */
  rangBeforeReject(pbx: string): void;
  banned(ban: Pick<Ban, 'rule' | 'quarantine' | 'by'>): void;
  breakerRefused(): void;
  injection(pbx: string): void;
  notice(): void;
  /** An event or a ban could not be dealt with: a fault of ours. */
  faulted(): void;
  /** Everything in Prometheus text format; gauges are taken from the report. */
  text(report?: StatusReport): Promise<string>;
  readonly contentType: string;
  /** Every metric there can be, for the documentation and the tests of dashboard and alerts. */
  described(): readonly MetricHelp[];
}

export interface MetricHelp {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly labels: readonly string[];
}

/** @param alone false where many sites share the process, whose own figures are then told once */
export function createMetrics(alone = true): Metrics {
  const registry = new Registry();
  if (alone) collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const count = (name: string, help: string, labels: string[] = []) =>
    tally(registry, PREFIX + name, help, labels);

  const judged = count('judged_total', 'Events judged', ['pbx', 'event', 'verdict', 'rule']);
  const rejected = count('calls_rejected_total', 'Calls we asked the PBX to hang up', [
    'pbx',
    'outcome',
  ]);
  const passed = count('gate_marks_total', 'Calls we asked the PBX to let through its gate', [
    'pbx',
    'outcome',
  ]);
  const rang = count('calls_rang_before_reject_total', 'Calls rejected after a phone rang', [
    'pbx',
  ]);
  const bans = count('bans_total', 'Bans by rule and kind', ['rule', 'kind']);
  const refused = count('breaker_refusals_total', 'Bans the breaker refused');
  const injections = count('injections_total', 'Attempts to make a PBX print forged events', [
    'pbx',
  ]);
  const notices = count('notices_total', 'Notices to the operator');
  const faults = count('faults_total', 'Events or bans that could not be dealt with');
  const gauges = reportGauges(registry, PREFIX);
  const judgeSeconds = new Histogram({
    name: `${PREFIX}judge_seconds`,
    help: 'Time to judge one event',
    buckets: JUDGE_SECONDS,
    registers: [registry],
  });

  return {
    judged(pbx, event, verdict, rule, judgeMs) {
      judged(pbx, event, verdict, rule);
      judgeSeconds.observe(judgeMs / 1000);
    },
    rejected: (pbx, outcome) => rejected(pbx, outcome),
    passed: (pbx, outcome) => passed(pbx, outcome),
    rangBeforeReject: (pbx) => rang(pbx),
    banned: (ban) => bans(ban.rule, kindOf(ban)),
    breakerRefused: () => refused(),
    injection: (pbx) => injections(pbx),
    notice: () => notices(),
    faulted: () => faults(),
    async text(report) {
      if (report !== undefined) gauges(report);
      return await registry.metrics();
    },
    contentType: registry.contentType,
    described: () => registry.getMetricsAsArray().map(describe),
  };
}

/** Figures of the process itself, in Prometheus text format. */
export function processMetrics(): { text(): Promise<string>; readonly contentType: string } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  return { text: () => registry.metrics(), contentType: registry.contentType };
}

/** prom-client keeps these on every metric, and types only their names. */
function describe(metric: object): MetricHelp {
  return METRIC.parse(metric);
}

const METRIC = z
  .object({
    name: z.string(),
    help: z.string(),
    type: z.enum(['counter', 'gauge', 'histogram', 'summary']),
    labelNames: z.array(z.string()),
  })
  .transform(({ name, help, type, labelNames }) => ({
    name,
    help,
    kind: type,
    labels: labelNames,
  }));

const PREFIX = 'ghostgate_';
/** The judge answers in microseconds; the tail is what the garbage collector does. */
const JUDGE_SECONDS = [5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1];

function kindOf({ by, quarantine }: Pick<Ban, 'quarantine' | 'by'>): string {
  if (by === 'hand') return 'hand';
  return quarantine ? 'quarantine' : 'jail';
}
