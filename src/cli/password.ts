import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { hashPassword } from '../web/password.ts';
import { pageSecretMistake } from '../policy/schema-page.ts';
import { misused } from './args.ts';
import { EXIT_NO } from './client.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';

const HELP = `ghostgate password

Reads a password from standard input, one line, and prints the line to keep in
the file that page.users names: from it nobody learns the password.

Examples:
  umask 077; ghostgate password > /etc/ghostgate/page.password
  openssl rand -base64 18 | tee /dev/stderr | ghostgate password \\
    > /etc/ghostgate/page.password

Exit codes: 0 done, 1 too weak, 2 usage`;

/** `ghostgate password`: the scrypt line of a password. */
export async function password(
  args: string[],
  out: Output,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
    if (values.help === true) {
      out.out(HELP);
      return 0;
    }
  } catch (error) {
    return misused(out, 'password', error instanceof Error ? error.message : String(error));
  }
  const terminal = 'isTTY' in input && input.isTTY === true;
  if (terminal) out.err('The password (it does not show), then Enter:');
  const [line = ''] = await firstLine(input, terminal);
  const mistake = line.startsWith('scrypt:')
    ? { message: 'a finished line already', hint: 'use it as it is' }
    : pageSecretMistake(line);
  if (mistake !== undefined)
    return fail(out, EXIT_NO, `the password: ${mistake.message}`, mistake.hint);
  out.out(await hashPassword(line));
  return 0;
}

/** On a terminal what is typed goes to an output that shows nothing. */
async function firstLine(input: NodeJS.ReadableStream, terminal: boolean): Promise<string[]> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  for await (const line of createInterface({ input, output, terminal })) return [line];
  return [];
}
