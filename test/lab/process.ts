import { spawn } from 'node:child_process';
import { appendFileSync, openSync, closeSync } from 'node:fs';

/** What a command that ended has said. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs until it is stopped. */
export interface Running {
  readonly pid: number;
  /** Exit code; 137 when a signal ended it. */
  readonly exited: Promise<number>;
  isRunning(): boolean;
  /** Sends its group a signal, if it still runs. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL to its group when it has not gone within two seconds. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface RunOptions {
  /** Network namespace it runs in; the machine's own without. */
  readonly netns?: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

export interface StartOptions extends RunOptions {
  /** File that takes stdout; stderr goes beside it as `.err`. */
  readonly log: string;
}

/**
 * Everything the lab makes and must take away again, newest first. Each entry is also written to
 * the file `undo` (`pid N`, `netns NAME`, `mount PATH`), from which test/lab/run cleans up should
 * this process be killed.
 */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(line: string, step: () => Promise<void>): void {
    appendFileSync(this.#file, `${line}\n`);
    this.#steps.push(step);
  }

  async all(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      await step().catch((cause: unknown) => console.error('cleaning up:', cause));
    }
  }
}

/** Runs a command to its end. Never rejects for its exit code: see `must`. */
export function run(command: string, args: readonly string[], options: RunOptions = {}) {
  const [file, list] = within(options.netns, command, args);
  const child = spawn(file, list, { cwd: options.cwd, env: { ...process.env, ...options.env } });
  let stdout = '';
  let stderr = '';
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  return new Promise<Output>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 137, stdout, stderr });
    });
  });
}

/** Runs a command that has to succeed; its stdout. */
export async function must(command: string, args: readonly string[], options: RunOptions = {}) {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Starts a program in a process group of its own and records its pid. */
export function start(
  undo: Undo,
  command: string,
  args: readonly string[],
  options: StartOptions,
): Running {
  const [file, list] = within(options.netns, command, args);
  const out = openSync(options.log, 'a');
  const err = openSync(`${options.log}.err`, 'a');
  const child = spawn(file, list, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['ignore', out, err],
  });
  closeSync(out);
  closeSync(err);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} did not start`);
  let running = true;
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      running = false;
      resolve(code ?? 137);
    });
  });

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!running) return;
    signalGroup(-(pid ?? 0), signal);
    const late = setTimeout(() => signalGroup(-(pid ?? 0), 'SIGKILL'), 2000);
    await exited;
    clearTimeout(late);
  }
  undo.add(`pid ${pid}`, () => stop());
  return {
    pid,
    exited,
    isRunning: () => running,
    signal: (name) => {
      if (running) signalGroup(-pid, name);
    },
    stop,
  };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Does one thing for each item, at most `atOnce` at a time; results in the items' order. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next[0]] = await act(next[1]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/**
 * Asks until the answer is a value, at most `ms` long.
 * Returns the value with the ms it took, or undefined.
 */
export async function eventually<T>(
  ms: number,
  probe: () => T | undefined | Promise<T | undefined>,
  everyMs = 50,
): Promise<{ value: T; afterMs: number } | undefined> {
  const from = performance.now();
  for (;;) {
    const value = await probe();
    const afterMs = Math.round(performance.now() - from);
    if (value !== undefined) return { value, afterMs };
    if (afterMs > ms) return undefined;
    await sleep(everyMs);
  }
}

/** `ip netns exec` ends by exec: the pid we see is the program's own. */
function within(
  netns: string | undefined,
  command: string,
  args: readonly string[],
): [string, string[]] {
  if (netns === undefined) return [command, [...args]];
  return ['ip', ['netns', 'exec', netns, command, ...args]];
}

/** The group may be gone between the question and the signal. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}
