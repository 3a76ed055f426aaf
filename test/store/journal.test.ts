import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JournalRecord } from '../../src/judge/journal.ts';
import type { Journal, JournalLimits, JournalOptions } from '../../src/store/journal.ts';
import { openJournal } from '../../src/store/journal.ts';
import { tempFolder, until } from './temp.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 25, 12);
const forged = (at: number, address = '203.0.113.9'): JournalRecord => {
  return { record: 'forged', at, address };
};

test('records come out as they went in, each file behind its preamble, for root alone', async (context) => {
  const { folder, open, clock } = scene(context);
  const journal = open();
  journal.write(forged(1));
  journal.write(forged(2));
  await until('they are written', () => linesOf(folder).length === 3);
  clock.now += DAY;
  journal.write(forged(3));
  await journal.close();
  const names = readdirSync(folder).toSorted();
  assert.deepEqual(names, ['2026-11-25T12-00-00.000Z.jsonl', '2026-11-26T12-00-00.000Z.jsonl']);
  const times = linesOf(folder).map((line) => (JSON.parse(line) as JournalRecord).at);
  assert.deepEqual(times, [0, 1, 2, 0, 3]);
  for (const name of names) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('it never grows over its bounds, and what it did not write stays', async (context) => {
  const limits = { days: 7, megabytes: 1 };
  const { folder, open, clock } = scene(context, limits);
  const journal = open();
  const long = 'x'.repeat(1000);
  for (let round = 0; round < 30; round++) {
    for (let at = 0; at < 100; at++) journal.write(forged(at, long));
    clock.now += 1000;
    await until('they are written', () => journal.dropped === 0 && sizeOf(folder) > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await journal.close();
  assert.ok(sizeOf(folder) <= 1_048_576, `${sizeOf(folder)} bytes`);
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  clock.now += 30 * DAY;
  const later = open();
  later.write(forged(1));
  await later.close();
  assert.ok(readdirSync(folder).includes('notes.txt'));
});

test('a folder that cannot be written costs records, is told once, and is tried again', async (context) => {
  const { folder, open, failures } = scene(context);
  writeFileSync(folder, 'a file in its place');
  const journal = open();
  journal.write(forged(1));
  await until('it is told', () => failures.length === 1);
  for (let at = 0; at < 20_100; at++) journal.write(forged(at));
  assert.ok(journal.dropped >= 100);
  await journal.close();
  assert.ok(journal.dropped >= 20_100);
  assert.match(failures[0] ?? '', /cannot write the journal/);
});

test('what comes while others are being written is written too', async (context) => {
  const { folder, open } = scene(context);
  // The preamble is asked for in the middle of a write.
  const journal: Journal = open(() => journal.write(forged(2)));
  journal.write(forged(1));
  await until('it is written', () => linesOf(folder).length > 1);
  await journal.close();
  const times = linesOf(folder).map((line) => (JSON.parse(line) as JournalRecord).at);
  assert.deepEqual(times, [0, 1, 2]);
});

test('a bound of 0 keeps nothing', async (context) => {
  for (const limits of [
    { days: 0, megabytes: 100 },
    { days: 7, megabytes: 0 },
  ]) {
    const { folder, open } = scene(context, limits);
    const journal = open();
    journal.write(forged(1));
    await journal.close();
    assert.throws(() => readdirSync(folder), { code: 'ENOENT' });
  }
});

function scene(
  context: Parameters<typeof tempFolder>[0],
  limits: JournalLimits = { days: 7, megabytes: 10 },
) {
  const folder = join(tempFolder(context), 'journal');
  const clock = { now: START };
  const failures: string[] = [];
  let meanwhile: (() => void) | undefined;
  const options: JournalOptions = {
    limits: () => limits,
    now: () => clock.now,
    preamble: () => {
      meanwhile?.();
      return [{ record: 'own', at: 0, networks: ['192.0.2.1'] }];
    },
    failed: (error) => void failures.push(error.message),
  };
  const open = (inTheMiddle?: () => void): Journal => {
    meanwhile = inTheMiddle;
    return openJournal(folder, options);
  };
  return { folder, clock, failures, open };
}

function linesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    return names
      .toSorted()
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'));
  } catch {
    return [];
  }
}

function sizeOf(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}
