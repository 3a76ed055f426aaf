import { spawn } from 'node:child_process';
import { EnforceError } from './enforcer.ts';

/**
 * Runs ipset or iptables once and resolves with what it printed. Not as one long-lived `ipset -`:
 * on a pipe that holds its answers back until it ends, and a write that failed would go unseen.
 * @throws EnforceError with what it said
 */
export function ipsetRun(
  [program = 'ipset', ...words]: readonly string[],
  input = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: ENVIRONMENT });
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS);
    const printed: string[] = [];
    let said = '';
    const failed = (cause?: Error): void => {
      clearTimeout(timer);
      const detail = said.trim().split('\n')[0] || cause?.message || 'no answer';
      reject(new EnforceError(`ipset: ${detail.slice(0, 300)}`, hintFor(detail), cause));
    };
    child.on('error', failed);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(printed.join(''));
      else failed();
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 2_000) said += text;
    });
    // A program that ends early says why by its exit; the broken pipe adds nothing.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function hintFor(detail: string): string {
  if (/already exists/.test(detail)) {
    return 'A set of another shape has this name: give ours another (ipset: { set: … }), or destroy that one.';
  }
  if (/is full/.test(detail)) return 'The set is full: what it missed is written when bans end.';
  return 'Are ipset and iptables installed (apt install ipset iptables), and does Ghostgate run as root or with CAP_NET_ADMIN and CAP_NET_RAW (docs/enforcers.md)?';
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/dev/null' };
const RUN_MS = 30_000;
