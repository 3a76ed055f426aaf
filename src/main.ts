#!/usr/bin/env node
import { ban } from './cli/ban.ts';
import { bans } from './cli/bans.ts';
import { check } from './cli/check.ts';
import { explain } from './cli/explain.ts';
import { help } from './cli/help.ts';
import type { Output } from './cli/output.ts';
import { terminal } from './cli/output.ts';
import { run } from './cli/run.ts';
import { status } from './cli/status.ts';
import { unban } from './cli/unban.ts';
import { version } from './cli/version.ts';

type Command = (args: string[], out: Output) => Promise<number> | number;

const commands: Readonly<Record<string, Command>> = {
  run,
  check,
  status,
  bans,
  ban,
  unban,
  explain,
  help,
  '--help': help,
  '-h': help,
  version,
  '--version': version,
};

const out = terminal();
const [name = 'help', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  out.err(`ghostgate: there is no command ${JSON.stringify(name)}\nTry: ghostgate help`);
  process.exitCode = 2;
} else {
  process.exitCode = await command(args, out);
}
