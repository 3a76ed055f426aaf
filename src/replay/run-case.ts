import type { Registration } from '../event/sip-event.ts';
import { parseHostPort, parseNetwork } from '../event/source.ts';
import { formatDuration } from '../policy/duration.ts';
import type { Policy } from '../policy/policy.ts';
import { createCourt } from './court.ts';
import type { Judgement } from './court.ts';
import type { Expected, PolicyCase } from './policy-test.ts';
import { eventsOf } from './policy-test.ts';

/** One thing that came out otherwise than expected. */
export interface Miss {
  /** Which event, from 1. */
  readonly event: number;
  readonly key: keyof Expected;
  readonly expected: string;
  readonly got: string;
  /** Why the judge decided so. */
  readonly why: string;
}

/** Runs one case over a court of its own; empty when all came out as expected. */
export function runCase(test: PolicyCase, policy: Policy): Miss[] {
  const hosts = new Map(Object.entries(test.world.trunks).map(([host, all]) => [host, all]));
  const court = createCourt(policy, hosts);
  court.take({ record: 'own', at: START, networks: test.world.own.map(canonical) });
  court.take({
    record: 'registrations',
    at: START,
    pbx: 'pbx',
    live: test.world.registered.map(({ account, address }): Registration => {
      return { account, address: parseHostPort(address)?.address ?? address };
    }),
  });
  const misses: Miss[] = [];
  let at = START;
  for (const [index, written] of test.events.entries()) {
    let last: Judgement | undefined;
    for (const event of eventsOf(written, at)) {
      last = court.take({ record: 'event', at: event.seenAt, event });
      at = event.seenAt;
    }
    const expected = test.expect[index];
    if (last !== undefined && expected !== undefined) {
      misses.push(...missesOf(expected, last, index + 1));
    }
  }
  return misses;
}

/** A moment without a meaning; policies know no time of day. */
const START = 1_800_000_000_000;

function missesOf(expected: Expected, { verdict, considered }: Judgement, event: number): Miss[] {
  const { why } = verdict;
  const shutOut = considered !== undefined && 'ban' in considered;
  const refused = considered !== undefined && 'refused' in considered ? considered.refused : why;
  const misses: Miss[] = [];
  const check = (key: keyof Expected, want: string | undefined, got: string, told = why): void => {
    if (want !== undefined && want !== got) {
      misses.push({ event, key, expected: want, got, why: told });
    }
  };
  check('answer', expected.answer, verdict.answer);
  check('rule', expected.rule, verdict.rule);
  if (expected.why !== undefined && !why.includes(expected.why)) {
    misses.push({ event, key: 'why', expected: expected.why, got: why, why });
  }
  check('target', expected.target && canonical(expected.target), verdict.target);
  check('quarantine', expected.quarantine?.toString(), String(verdict.quarantine === true));
  const jail = verdict.jailSeconds === undefined ? 'none' : formatDuration(verdict.jailSeconds);
  check('jail', expected.jail === undefined ? undefined : formatDuration(expected.jail), jail);
  check('shut_out', expected.shut_out?.toString(), String(shutOut), refused);
  return misses;
}

function canonical(network: string): string {
  return parseNetwork(network) ?? network;
}
