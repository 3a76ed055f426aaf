import { spawn } from 'node:child_process';

/** Longer than any reload takes; a PBX that hangs must not hang the installer. */
const RELOAD_MS = 60_000;

/** Runs a command without a shell; what went wrong, undefined when nothing did. */
export function runCommand([program = '', ...args]: readonly string[]): Promise<
  string | undefined
> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    // Not spawn's own timeout: that keeps the process waiting where there is no such program.
    const late = setTimeout(() => child.kill(), RELOAD_MS);
    let told = '';
    const keep = (chunk: Buffer): void =>
      void (told = (told + chunk.toString('utf8')).slice(0, 2000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      clearTimeout(late);
      resolve(error.message);
    });
    child.once('close', (code) => {
      clearTimeout(late);
      // Asterisk's console ends with 0 when it refuses, too.
      const failed =
        code !== 0 || /^(?:Unable to connect|No such (?:command|module)|-ERR)/m.test(told);
      resolve(failed ? told.trim() || `it ended with ${code}` : undefined);
    });
  });
}

/** A command as a person would type it. */
export function commandText(command: readonly string[]): string {
  return command.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
