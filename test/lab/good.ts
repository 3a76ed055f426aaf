import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { passwordOf } from './asterisk-config.ts';
import { OFFICE, PBX, PBX6, TRUNK, type Net } from './net.ts';
import { eventually, run, start, type Running, type Undo } from './process.ts';
import type { Variant } from './variant.ts';

/** The number that the trunk calls. */
export const DIALLED_BY_TRUNK = '420222000222';

/** How many calls (or registrations) one sipp has made. */
export interface Tally {
  readonly made: number;
  readonly good: number;
  readonly failed: number;
}

/** SIP ports of the PBX. */
export interface Ports {
  readonly phones: number;
  /** Where the trunk calls in, and strangers. */
  readonly trunk: number;
}

/** How often the trunk and the phones call (ms between two calls), and when each has called enough. */
export interface Pace {
  readonly trunkEveryMs: number;
  readonly trunkCalls?: number;
  /** Its address; `TRUNK` when left out. */
  readonly trunkFrom?: string;
  readonly phonesEveryMs: number;
  readonly phoneCalls?: number;
}

/** The honest people of the lab, all at once, for as long as the attacks last. */
export interface GoodTraffic {
  /** From headers of every INVITE that reached the phone of the front desk. */
  rang(): string[];
  tallies(): { trunk: Tally; phones: Tally; registrations: Tally };
  /** Lets running calls end. */
  stop(): Promise<void>;
}

/**
 * The front desk (6001) and a colleague (6002) register every two seconds; the trunk calls in once
 * a second; the front desk, whose very number is what scanners like to show, calls the colleague
 * every two.
 */
export async function startGoodTraffic(
  undo: Undo,
  net: Net,
  ports: Ports,
  folder: string,
  pace: Pace = { trunkEveryMs: 1000, phonesEveryMs: 2000 },
): Promise<GoodTraffic> {
  const target = `${PBX}:${ports.phones}`;
  const users = (name: string, phones: readonly string[]) => {
    const file = join(folder, `${name}.csv`);
    const lines = phones.map(
      (phone) => `${phone};[authentication username=${phone} password=${passwordOf(phone)}]`,
    );
    writeFileSync(file, `SEQUENTIAL\n${lines.join('\n')}\n`);
    return file;
  };
  const sipp = (name: string, netns: string, args: readonly string[]) =>
    start(undo, 'sipp', [...args, '-nostdin', '-sf', scenario(name)], {
      netns,
      cwd: folder,
      log: join(folder, `${name}.log`),
    });
  const stats = (name: string) => ['-trace_stat', '-fd', '1', '-stf', join(folder, `${name}.stat`)];
  const rangLog = join(folder, 'rang.log');

  const answer = sipp('phone-answer', net.office, [
    ...at(5070),
    '-trace_logs',
    '-log_file',
    rangLog,
  ]);
  const registering = ['-inf', users('registrations', ['6001', '6002'])];
  const register = sipp('phone-register', net.office, [
    target,
    ...at(5071),
    ...registering,
    ...every(1000),
    ...stats('phone-register'),
  ]);
  const seen = await eventually(8000, () =>
    tally(join(folder, 'phone-register.stat')).good > 1 ? true : undefined,
  );
  if (seen === undefined) throw new Error(`the phones could not register: ${folder}`);
  const trunk = sipp('trunk-call', net.trunk, [
    `${pace.trunkFrom?.includes(':') === true ? `[${PBX6}]` : PBX}:${ports.trunk}`,
    ...at(5060, pace.trunkFrom ?? TRUNK),
    '-s',
    DIALLED_BY_TRUNK,
    ...every(pace.trunkEveryMs),
    ...atMost(pace.trunkCalls),
    ...stats('trunk-call'),
  ]);
  const phones = sipp('phone-call', net.office, [
    target,
    ...at(5080),
    '-s',
    '6002',
    '-inf',
    users('callers', ['6001']),
    ...every(pace.phonesEveryMs),
    ...atMost(pace.phoneCalls),
    ...stats('phone-call'),
  ]);
  return {
    rang: () => linesOf(rangLog).filter((line) => line.includes('RANG')),
    tallies: () => ({
      trunk: tally(join(folder, 'trunk-call.stat')),
      phones: tally(join(folder, 'phone-call.stat')),
      registrations: tally(join(folder, 'phone-register.stat')),
    }),
    async stop() {
      // SIGUSR1 is sipp's `q`: no new calls, ends with the last running one.
      for (const caller of [trunk, phones, register]) await ended(caller);
      await answer.stop();
    },
  };
}

/** One ghost call by sipp; what was answered is in the daemon's log and the phone's. */
export async function ghostCall(
  net: Net,
  variant: Variant,
  call: { from: string; caller: string; called: string; userAgent: string; calls?: number },
): Promise<void> {
  const message = ['-s', call.called, '-key', 'fu', call.caller, '-key', 'ua', call.userAgent];
  const times = ['-m', String(call.calls ?? 1), '-r', '20', '-timeout', '6'];
  const from = ['-i', call.from, '-nostdin', '-sf', scenario('ghost')];
  const options = { netns: net.scanners, cwd: '/tmp', timeoutMs: 10_000 };
  await run('sipp', [`${PBX}:${variant.port}`, ...from, ...message, ...times], options);
}

function at(port: number, address = OFFICE): string[] {
  return ['-i', address, '-p', String(port)];
}

function every(ms: number): string[] {
  return ['-r', '1', '-rp', String(ms)];
}

function atMost(calls: number | undefined): string[] {
  return calls === undefined ? [] : ['-m', String(calls)];
}

async function ended(caller: Running): Promise<void> {
  if (!caller.isRunning()) return;
  caller.signal('SIGUSR1');
  const late = setTimeout(() => void caller.stop('SIGKILL'), 9000);
  await caller.exited;
  clearTimeout(late);
}

function scenario(name: string): string {
  return fromRoot('test', 'lab', 'sipp', `${name}.xml`);
}

/** Last line of sipp's statistics, its columns found by name. */
export function tally(file: string): Tally {
  const lines = linesOf(file);
  const names = lines[0]?.split(';') ?? [];
  const values = lines.at(-1)?.split(';') ?? [];
  const value = (name: string) => Number(values[names.indexOf(name)] ?? 0) || 0;
  return {
    made: value('TotalCallCreated'),
    good: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
  };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    // sipp makes its files with the first call.
    return [];
  }
}
