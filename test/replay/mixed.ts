import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { JournalRecord } from '../../src/judge/journal.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { createCourt } from '../../src/replay/court.ts';
import { fromRoot } from '../root.ts';
import { collect } from './collect.ts';

/** How the judge did with one class of the mixed set. */
export interface Score {
  readonly class: string;
  readonly good: boolean;
  readonly sources: number;
  /** Shut out at least once. */
  readonly banned: number;
  readonly calls: number;
  readonly rejected: number;
  /** Sources that were shut out, or whose every call was rejected. */
  readonly caught: number;
  /** Calls that were not rejected, of an attack; that were, of somebody good. */
  readonly wrongCalls: number;
}

export const MIXED = fromRoot('test', 'captures', 'mixed');
export const HELD_OUT = fromRoot('test', 'captures', 'held-out');

export async function mixedPolicy(folder = MIXED): Promise<Policy> {
  const loaded = await loadPolicy(`${folder}/policy.yaml`, {}, { secrets: 'unread' });
  assert.ok('policy' in loaded, JSON.stringify(loaded));
  return loaded.policy;
}

/** Every record of the set, of all classes at once, in the order of time. */
export async function mixedRecords(): Promise<JournalRecord[]> {
  const files = readdirSync(MIXED).filter((file) => file.endsWith('.jsonl'));
  const all = await Promise.all(files.map(async (file) => await collect(`${MIXED}/${file}`)));
  for (const [at, { counts }] of all.entries()) assert.deepEqual(counts.refused, {}, files[at]);
  return all.flatMap(({ records }) => records).toSorted((a, b) => a.at - b.at);
}

/** Scores of the held-out attacks, which the rules were not tuned on, by the PBX that told of them. */
export async function heldOutScores(): Promise<ReadonlyMap<string, Score[]>> {
  const policy = await mixedPolicy(HELD_OUT);
  const files = readdirSync(HELD_OUT).filter((file) => file.endsWith('.jsonl'));
  const all = new Map<string, Score[]>();
  for (const file of files.toSorted()) {
    const { records, counts } = await collect(`${HELD_OUT}/${file}`);
    assert.deepEqual(counts.refused, {}, file);
    all.set(file.replace('.jsonl', ''), scores(records, policy));
  }
  return all;
}

export function scores(records: readonly JournalRecord[], policy: Policy): Score[] {
  const court = createCourt(policy);
  const classes = new Map<string, { good: boolean; sources: Map<string, Seen> }>();
  for (const record of records) {
    const judged = court.take(record);
    if (record.record !== 'event' || judged === undefined || record.label === undefined) continue;
    const { label } = record;
    const one = classes.get(label.class) ?? { good: label.good, sources: new Map<string, Seen>() };
    classes.set(label.class, one);
    const { address } = record.event.source;
    const seen = one.sources.get(address) ?? { banned: false, calls: 0, rejected: 0 };
    one.sources.set(address, seen);
    const { verdict, considered } = judged;
    if (considered !== undefined && 'ban' in considered) seen.banned = true;
    if (record.event.kind !== 'call') continue;
    seen.calls++;
    if (verdict.answer === 'reject' || verdict.answer === 'ban') seen.rejected++;
  }
  return [...classes].map(([name, { good, sources }]) =>
    scoreOf(name, good, [...sources.values()]),
  );
}

interface Seen {
  banned: boolean;
  calls: number;
  rejected: number;
}

function scoreOf(name: string, good: boolean, all: readonly Seen[]): Score {
  const sum = (of: (seen: Seen) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  const calls = sum((seen) => seen.calls);
  const rejected = sum((seen) => seen.rejected);
  return {
    class: name,
    good,
    sources: all.length,
    banned: sum((seen) => (seen.banned ? 1 : 0)),
    calls,
    rejected,
    caught: sum((seen) =>
      seen.banned || (seen.calls > 0 && seen.rejected === seen.calls) ? 1 : 0,
    ),
    wrongCalls: good ? rejected : calls - rejected,
  };
}

/** Of all sources that were shut out, how many are attackers; of all attackers, how many were caught. */
export function overall(all: readonly Score[]): { precision: number; recall: number } {
  const sum = (good: boolean, of: (score: Score) => number): number =>
    all.filter((score) => score.good === good).reduce((total, score) => total + of(score), 0);
  const rightly = sum(false, ({ banned }) => banned);
  const wrongly = sum(true, ({ banned }) => banned);
  return {
    precision: rightly / (rightly + wrongly),
    recall: sum(false, ({ caught }) => caught) / sum(false, ({ sources }) => sources),
  };
}
