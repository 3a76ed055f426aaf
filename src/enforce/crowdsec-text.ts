import { z } from 'zod';
import { parseNetwork } from '../event/source.ts';
import type { Ban } from '../judge/verdict.ts';
import { EnforceError } from './enforcer.ts';
import type { Change } from './nft-table.ts';
import { secondsLeft } from './target.ts';

/**
 * Alerts that carry the bans of these changes, for POST /v1/alerts. A few bans are verdicts, each
 * an alert of its own that `cscli alerts list --all` shows with its rule and why; many are a restore,
 * which as one alert costs 0.6 ms a ban instead of 20.
 */
export function alertsFor(
  machine: string,
  changes: readonly Change[],
  told: ReadonlyMap<string, Pick<Ban, 'rule' | 'why'>>,
  now: number,
): unknown[] {
  const bans = changes.flatMap(({ target, until }) => {
    if (until === undefined) return [];
    const scenario = `ghostgate/${told.get(target)?.rule ?? 'ban'}`;
    const why = told.get(target)?.why ?? 'banned by Ghostgate';
    const decision = {
      duration: `${secondsLeft(until, now)}s`,
      origin: originOf(machine),
      scenario,
      ...scoped(target),
      type: 'ban',
    };
    return [{ why, scenario, decision }];
  });
  if (bans.length <= FEW) {
    return bans.map(({ why, scenario, decision }) => {
      const { scope, value } = decision;
      return alert({ scenario, message: why, source: { scope, value } }, [decision], now);
    });
  }
  const message = `${bans.length} bans in force`;
  const head = { scenario: 'ghostgate/restore', message };
  const source = { scope: 'ghostgate', value: `${bans.length} bans` };
  return [
    alert(
      { ...head, source },
      bans.map(({ decision }) => decision),
      now,
    ),
  ];
}

/** Every field that the API's schema asks for; no hash, for the scenario is none of its hub. */
function alert(head: object, decisions: readonly unknown[], now: number) {
  const at = new Date(now).toISOString();
  return {
    ...head,
    decisions,
    scenario_hash: '',
    scenario_version: '',
    events: [],
    events_count: 1,
    capacity: 0,
    leakspeed: '0',
    simulated: false,
    remediation: true,
    start_at: at,
    stop_at: at,
  };
}

/** Path that deletes our decisions on this target, and nobody else's. */
export function deletePath(machine: string, target: string): string {
  const { scope, value } = scoped(target);
  const query = new URLSearchParams({ scopes: scope, value, origin: originOf(machine) });
  return `/v1/decisions?${query.toString()}`;
}

/** Path that lists the alerts with decisions of this origin in force; all of them with limit 0. */
export function listPath(origin: string, limit = 0): string {
  const query = new URLSearchParams({
    has_active_decision: 'true',
    origin,
    limit: String(limit),
  });
  return `/v1/alerts?${query.toString()}`;
}

/** Targets of the decisions of this origin in force that a list of alerts holds. */
export function heldDecisions(answer: unknown, origin: string): ReadonlySet<string> {
  const read = ALERTS.safeParse(answer);
  if (!read.success) {
    throw new EnforceError(
      'crowdsec: the list of alerts is not understood',
      'Is it CrowdSec 1.4 or later?',
    );
  }
  const targets = new Set<string>();
  for (const { decisions } of read.data ?? []) {
    for (const { value, duration, type, ...decision } of decisions ?? []) {
      if (decision.origin !== origin || type !== 'ban' || duration.startsWith('-')) continue;
      const target = parseNetwork(value);
      if (target !== undefined) targets.add(target);
    }
  }
  return targets;
}

/** What we read of an alert; the API writes null for an empty list. */
const ALERTS = z
  .array(
    z.object({
      decisions: z
        .array(
          z.object({
            value: z.string(),
            /** `9m59.9s`, negative when it is over. */
            duration: z.string(),
            origin: z.string(),
            type: z.string(),
          }),
        )
        .nullish(),
    }),
  )
  .nullable();

/** Sites with one local API between them must not take each other's decisions for strays. */
export function originOf(machine: string): string {
  return `ghostgate/${machine}`;
}

/** The scope must be written exactly so: in lower case it is stored and reaches no bouncer. */
function scoped(target: string) {
  return { scope: target.includes('/') ? 'Range' : 'Ip', value: target };
}

const FEW = 10;
