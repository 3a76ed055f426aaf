import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { misused } from '../args.ts';
import type { Output } from '../output.ts';
import { packageFolder } from '../version.ts';
import type { Part, Wish } from './change.ts';
import { KINDS, type Kind } from './manifest.ts';

/** What was asked for on the command line. */
export interface Asked extends Omit<Wish, 'secrets'> {
  readonly kind: Kind;
  readonly state: string;
  /** Given, not found. */
  readonly conf: string | undefined;
  readonly config: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly reload: boolean;
  readonly json: boolean;
}

/** Reads the arguments; a number is the exit code when there is nothing left to do. */
export function readArgs(args: string[], out: Output): Asked | number {
  let read;
  try {
    read = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(out, 'install', error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = read;
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  const kind = KINDS.find((each) => each === positionals[0]);
  if (kind === undefined || positionals.length > 1)
    return misused(out, 'install', `say which PBX: ${KINDS.join(', ')}`);
  const without = (values.without ?? []).flatMap((words) => words.split(','));
  const strange = without.find((word) => !PARTS.some((part) => part === word));
  if (strange !== undefined)
    return misused(out, 'install', `--without takes ${PARTS.join(', ')}, not ${strange}`);
  return {
    kind,
    folder: resolve(values.etc ?? '/etc/asterisk'),
    conf: values.conf === undefined ? undefined : resolve(values.conf),
    config: resolve(values.config ?? '/etc/fusionpbx/config.conf'),
    secretsFolder: resolve(values.secrets ?? '/etc/ghostgate'),
    state: resolve(values.state ?? '/var/lib/ghostgate/install'),
    without: PARTS.filter((part) => without.includes(part)),
    gateContexts: values['gate-context'] ?? [],
    shipped: (path) => readFileSync(join(packageFolder() ?? '.', 'dialplan', path), 'latin1'),
    dryRun: values['dry-run'] === true,
    yes: values.yes === true,
    reload: values.reload === true,
    json: values.json === true,
  };
}

const PARTS: readonly Part[] = ['gate', 'acl', 'token'];

const OPTIONS = {
  etc: { type: 'string' },
  conf: { type: 'string' },
  config: { type: 'string' },
  secrets: { type: 'string' },
  state: { type: 'string' },
  without: { type: 'string', multiple: true },
  'gate-context': { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  reload: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const HELP = `ghostgate install asterisk|freepbx|freeswitch|fusionpbx [OPTIONS]

Shows, then writes, everything the PBX needs: Ghostgate's user with the least
rights, the list of bans, the secret mark, and the gate before every context
that strangers reach. What it does not understand it refuses, with the place
and what to do by hand; then nothing is written at all. Run again, it changes
only what is missing. ghostgate uninstall brings everything back, byte for byte.
FusionPBX gets the gate as one row of its PostgreSQL, by psql, with the
credentials of its own config.conf, and no list: its database answers for that.

Options:
  --dry-run         shows the diff, touches nothing
  --yes             does not ask
  --reload          makes the PBX read it; without, the commands are printed
  --without PART    leaves out gate, acl or token; may be repeated
  --gate-context C  puts the gate before this context too; may be repeated
  --etc DIR         configuration of Asterisk (/etc/asterisk)
  --conf DIR        configuration of FreeSWITCH (found by itself)
  --config FILE     FusionPBX's own (/etc/fusionpbx/config.conf)
  --secrets DIR     what the policy names (/etc/ghostgate)
  --state DIR       backups and manifest (/var/lib/ghostgate/install)
  --json            the plan for a script; secrets are never shown

Examples:
  ghostgate install asterisk --dry-run
  ghostgate install freepbx --yes --reload
  ghostgate install asterisk --gate-context from-carrier
  ghostgate install freeswitch --conf /usr/local/freeswitch/conf
  ghostgate install fusionpbx --reload

Exit codes: 0 done or nothing to do, 1 refused or failed, 2 usage, or nobody
said yes`;
