#!/usr/bin/env node
import type { CommandTable } from './cli/helps.ts';
import { terminal } from './cli/output.ts';

/** Each command loads what it needs alone: `status` must not wait for the daemon's libraries. */
const commands: CommandTable = {
  init: async () => (await import('./cli/init.ts')).init,
  run: async () => (await import('./cli/run.ts')).run,
  central: async () => (await import('./cli/central.ts')).central,
  check: async () => (await import('./cli/check.ts')).check,
  doctor: async () => (await import('./cli/doctor.ts')).doctor,
  status: async () => (await import('./cli/status.ts')).status,
  watch: async () => (await import('./cli/watch.ts')).watch,
  bans: async () => (await import('./cli/bans.ts')).bans,
  ban: async () => (await import('./cli/ban.ts')).ban,
  unban: async () => (await import('./cli/unban.ts')).unban,
  report: async () => (await import('./cli/report.ts')).report,
  notify: async () => (await import('./cli/notify.ts')).notify,
  audit: async () => (await import('./cli/audit.ts')).audit,
  password: async () => (await import('./cli/password.ts')).password,
  replay: async () => (await import('./cli/replay.ts')).replay,
  test: async () => (await import('./cli/test.ts')).test,
  capture: async () => (await import('./cli/capture.ts')).capture,
  explain: async () => (await import('./cli/explain.ts')).explain,
  lockdown: async () => (await import('./cli/lockdown.ts')).lockdown,
  feeds: async () => (await import('./cli/feeds.ts')).feeds,
  fleet: async () => (await import('./cli/fleet.ts')).fleet,
  firewall: async () => (await import('./cli/firewall.ts')).firewall,
  install: async () => (await import('./cli/install.ts')).install,
  uninstall: async () => (await import('./cli/uninstall.ts')).uninstall,
  completion: async () => (await import('./cli/completion.ts')).completionOf(commands),
  man: async () => (await import('./cli/man.ts')).manOf(commands),
  help: async () => (await import('./cli/help.ts')).help,
  version: async () => (await import('./cli/version.ts')).version,
};
const aliases: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
};

const out = terminal();
const [word = 'help', ...args] = process.argv.slice(2);
const name = Object.hasOwn(aliases, word) ? (aliases[word] ?? word) : word;
const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (load === undefined) {
  out.err(`ghostgate: there is no command ${JSON.stringify(word)}\nTry: ghostgate help`);
  process.exitCode = 2;
} else {
  const command = await load();
  process.exitCode = await command(args, out);
}
