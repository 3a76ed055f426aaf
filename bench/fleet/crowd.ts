import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Report, Seen, Told } from './sites.ts';

/** All the sites, in the processes that hold them. */
export interface Crowd {
  readonly processes: readonly ChildProcess[];
  open(perProcess: (names: readonly string[]) => Extract<Told, { do: 'open' }>): void;
  /** The next site tells of the next target. */
  tellOne(): void;
  /** How many bans have been told. */
  readonly next: number;
  reports(): Promise<readonly Report[]>;
  until(holds: (all: Sums) => boolean): Promise<void>;
  /** Waits until every ban since `first` is at all other sites, or long enough. */
  settled(first: number, mostMs: number): Promise<readonly Seen[]>;
}

export interface Sums {
  readonly up: number;
  readonly unsent: number;
  readonly losses: number;
  readonly failures: number;
  readonly refused: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly caughtUpAt: number;
}

const PROCESSES = 2;

export function createCrowd(names: readonly string[]): Crowd {
  const processes: ChildProcess[] = [];
  const parts = new Map<string, Map<number, Seen>>();
  let next = 0;

  const reports = async (): Promise<Report[]> => {
    const answers: Report[] = [];
    for (const [at, child] of processes.entries()) {
      const answer = new Promise<Report>((resolve) =>
        child.once('message', (value) => resolve(value as Report)),
      );
      say(child, { do: 'report' });
      const report = await answer;
      for (const [target, seen] of Object.entries(report.targets)) {
        const held = parts.get(target) ?? new Map<number, Seen>();
        parts.set(target, held.set(at, seen));
      }
      answers.push({ ...report, targets: {} });
    }
    return answers;
  };
  const seenOf = (target: string): Seen => {
    const held = [...(parts.get(target)?.values() ?? [])];
    const toldAt = held.map((seen) => seen.toldAt).find((time) => time !== undefined);
    return {
      sites: held.reduce((all, { sites }) => all + sites, 0),
      lastAt: Math.max(0, ...held.map(({ lastAt }) => lastAt)),
      ...(toldAt === undefined ? {} : { toldAt }),
    };
  };

  return {
    processes,
    reports,
    open(perProcess) {
      for (let at = 0; at < PROCESSES; at++) {
        const child = fork(fileURLToPath(new URL('sites.js', import.meta.url)), [], {
          // Room for what is young in five hundred machines.
          execArgv: ['--max-semi-space-size=64'],
        });
        processes.push(child);
        say(child, perProcess(names.filter((_, place) => place % PROCESSES === at)));
      }
    },
    tellOne() {
      const place = (next * 7919) % names.length;
      const child = processes[place % PROCESSES];
      if (child !== undefined) {
        say(child, { do: 'tell', site: names[place] ?? '', target: targetAt(next) });
      }
      next++;
    },
    get next() {
      return next;
    },
    async until(holds) {
      for (let tries = 0; tries < 1200; tries++) {
        if (holds(sumsOf(await reports()))) return;
        await pause(100);
      }
      throw new Error('it never came to this');
    },
    async settled(first, mostMs) {
      const late = performance.now() + mostMs;
      for (;;) {
        await reports();
        const wanted = Array.from({ length: next - first }, (_, at) => targetAt(first + at));
        const found = wanted.map(seenOf);
        if (found.every(({ sites }) => sites >= names.length - 1)) return found;
        if (performance.now() > late) return found;
        await pause(500);
      }
    },
  };
}

export function sumsOf(all: readonly Report[]): Sums {
  const sum = (key: 'up' | 'unsent' | 'losses' | 'failures' | 'refused' | 'cpuMs' | 'rssMb') =>
    all.reduce((so, one) => so + one[key], 0);
  return {
    up: sum('up'),
    unsent: sum('unsent'),
    losses: sum('losses'),
    failures: sum('failures'),
    refused: sum('refused'),
    cpuMs: sum('cpuMs'),
    rssMb: sum('rssMb'),
    caughtUpAt: Math.min(...all.map((one) => one.caughtUpAt)),
  };
}

function say(child: ChildProcess, told: Told): void {
  child.send(told);
}

function targetAt(at: number): string {
  return `198.18.${(at >> 8) & 255}.${at & 255}`;
}
