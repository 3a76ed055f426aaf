import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A network namespace of the test's own: nothing here touches the machine's own network. */
export interface Namespace {
  readonly name: string;
  /** First words of a command that runs inside. */
  readonly inside: readonly string[];
  remove(): void;
}

/** Makes one, or says in words why this machine cannot. */
export function namespace(...needs: string[]): Namespace | string {
  if (process.getuid?.() !== 0) return 'needs root for a network namespace';
  for (const program of ['ip', 'nsenter', ...needs]) {
    if (!installed(program)) return `needs ${program}`;
  }
  const name = `ggt-${randomBytes(4).toString('hex')}`;
  try {
    run(['ip', 'netns', 'add', name]);
  } catch (error) {
    return `cannot make a network namespace: ${String(error)}`;
  }
  // As `ip netns exec`, without its new mount of /sys each time.
  const inside = ['nsenter', `--net=/run/netns/${name}`];
  run([...inside, 'ip', 'link', 'set', 'lo', 'up']);
  return { name, inside, remove: () => void run(['ip', 'netns', 'delete', name]) };
}

export function run([program = '', ...words]: readonly string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const found = new Map<string, boolean>();
function installed(program: string): boolean {
  const known = found.get(program);
  if (known !== undefined) return known;
  try {
    run(['which', program]);
    found.set(program, true);
  } catch {
    found.set(program, false);
  }
  return found.get(program) ?? false;
}
