import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, must, run, start, type Undo } from './process.ts';
import type { Net } from './net.ts';

/** One line of the daemon's log; only what the lab reads. */
export interface LogLine {
  readonly time?: string;
  readonly state?: string;
  readonly event?: string;
  readonly source?: string;
  readonly verdict?: string;
  readonly rule?: string;
  readonly why?: string;
  readonly proof?: string;
  readonly notice?: string;
  readonly excerpt?: string;
  readonly problem?: string;
  readonly lastLoss?: { readonly why: string };
  readonly restarts?: number;
  readonly account?: string;
  readonly callingNumber?: string;
  readonly calledNumber?: string;
  readonly userAgent?: string;
  readonly context?: string;
  readonly ms?: number;
  readonly msg?: string;
}

/** As `bans --json` tells it. */
export interface BanLine {
  readonly target: string;
  readonly rule: string;
  readonly proof: string;
  readonly quarantine: boolean;
  readonly until: number;
}

/** As `status --json` tells it; only what the lab reads. */
export interface StatusLine {
  readonly pbxs: readonly {
    state: string;
    problem?: string;
    version?: string;
    counters: { unknownSources: number };
  }[];
  readonly enforcers: readonly { name: string; state?: string; problem?: string }[];
  readonly injections: number;
  readonly calls: { judged: number; rejected: number; rangBeforeRejected: number };
  readonly lockdown: { state: string; inForce: boolean; droppedPackets: number };
  readonly notices: readonly string[];
}

/** Ghostgate itself, in the namespace of the PBX, as an operator runs it. */
export interface Daemon {
  log(): LogLine[];
  bans(): Promise<BanLine[]>;
  status(): Promise<StatusLine & { readonly code: number }>;
  /** One of its commands; stdout. Rejects unless it ends with 0. */
  command(...args: string[]): Promise<string>;
  /** What `doctor --json` prints, whatever its exit code. */
  doctor(): Promise<string>;
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: it hangs, and goes on. */
  freeze(): void;
  thaw(): void;
  /** It has to notice by itself. */
  writePolicy(text: string): void;
  stop(): Promise<void>;
  /** Starts it (again) and waits until the link to the PBX is up. */
  start(): Promise<void>;
}

/** @param folder of this run: policy, log, store and socket */
export function ghostgate(undo: Undo, net: Net, folder: string, policy: string): Daemon {
  const main = fromBuild('src', 'main.js');
  const file = join(folder, 'policy.yaml');
  const log = join(folder, 'ghostgate.log');
  const env = { GHOSTGATE_SOCKET: join(folder, 'ghostgate.sock') };
  mkdirSync(join(folder, 'store'));
  writeFileSync(file, policy);
  let running: ReturnType<typeof start> | undefined;

  const netns = net.pbx;
  const command = (...args: string[]) => must('node', [main, ...args], { env, netns });
  const bans = async (): Promise<BanLine[]> => {
    const told: { bans: BanLine[] } = JSON.parse(await command('bans', '--json'));
    return told.bans;
  };
  const status = async (): Promise<StatusLine & { code: number }> => {
    const { code, stdout } = await run('node', [main, 'status', '--json'], { env, netns });
    return { code, ...JSON.parse(stdout) };
  };

  return {
    log: () => jsonLines(log),
    bans,
    status,
    command,
    async doctor() {
      const words = [main, 'doctor', '--policy', file, '--json'];
      return (await run('node', words, { env, netns })).stdout;
    },
    writePolicy: (text) => writeFileSync(file, text),
    stop: async () => running?.stop(),
    freeze: () => running?.signal('SIGSTOP'),
    thaw: () => running?.signal('SIGCONT'),
    async kill() {
      await running?.stop('SIGKILL');
    },
    async start() {
      const { code, stdout, stderr } = await run('node', [main, 'check', file]);
      if (code !== 0) throw new Error(`the lab's policy is refused: ${stdout}${stderr}`);
      running = start(undo, 'node', [main, 'run', '--policy', file], { env, netns, log });
      const up = await eventually(15_000, async () => {
        if (running?.isRunning() === false) throw new Error(`Ghostgate ended at once: ${log}`);
        // Until its socket is there, status prints nothing that could be read.
        const told = await status().catch(() => undefined);
        return told?.pbxs.every(({ state }) => state === 'up') === true ? true : undefined;
      });
      if (up === undefined) throw new Error(`Ghostgate's link did not come up: ${log}`);
    },
  };
}

/** Path inside the compiled tree that this file runs from. */
export function fromBuild(...parts: string[]): string {
  return join(import.meta.dirname, '..', '..', ...parts);
}

/** Whole lines only: the last one may still be on its way. */
function jsonLines(file: string): LogLine[] {
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): LogLine => JSON.parse(line));
}
