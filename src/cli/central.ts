import { parseArgs } from 'node:util';
import type { CentralReport } from '../web/central.ts';
import { centralCheck } from './central-check.ts';
import { centralRun } from './central-run.ts';
import { centralText } from './central-text.ts';
import { misused } from './args.ts';
import { ask, CENTRAL_RUN, EXIT_NO, EXIT_NO_DAEMON } from './client.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';

const HELP = `ghostgate central run [FOLDER] [--metrics HOST:PORT]
ghostgate central check [FOLDER] [--json]
ghostgate central status [--json] [--socket PATH]

One process that guards the PBXs of many sites from one machine, for customers
on whose PBXs nothing may be installed. docs/central.md says how it is set up.

  run     guards every site of the folder until told to stop. Each file *.yaml
          is the policy of one site; names beginning with _ are none. A new file
          is started, a changed one loaded again, one that is gone stopped; a
          bad one keeps no other from running
  check   reads every policy of the folder as run would, and tells every mistake
  status  one line for each site; exit 1 when something is wrong

Without FOLDER it is /etc/ghostgate/sites. What a policy does not say is then of
the site's own: the database in /var/lib/ghostgate/sites/NAME, the control
socket /run/ghostgate-central/NAME.sock. Every command reaches one site by
--site NAME.

Options:
      --state DIR          instead of /var/lib/ghostgate/sites
      --run-folder DIR     instead of /run/ghostgate-central
      --metrics HOST:PORT  figures of all sites, by the label site; off when
                           left out
      --socket PATH        of the process itself, central.sock in that folder
      --json               machine-readable

Examples:
  ghostgate central check /etc/ghostgate/sites
  ghostgate central run --metrics 127.0.0.1:9867
  ghostgate central status
  ghostgate bans --site acme-hq

Exit codes: 0 well, 1 something is wrong, 2 usage, 3 nothing runs`;

/** `ghostgate central ACTION`; resolves with the exit code. */
export async function central(args: string[], out: Output, now = Date.now()): Promise<number> {
  let read;
  try {
    read = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(out, 'central', error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = read;
  if (values.help === true) {
    out.out(HELP);
    return 0;
  }
  const [action, folder = '/etc/ghostgate/sites', more] = positionals;
  const run = values['run-folder'] ?? CENTRAL_RUN;
  const socket = values.socket ?? `${run}/central.sock`;
  const places = { state: values.state ?? '/var/lib/ghostgate/sites', run };
  if (more !== undefined) return misused(out, 'central', `one argument too many: ${more}`);
  switch (action) {
    case 'run':
      return await centralRun({ folder, places, socket, metrics: values.metrics }, out);
    case 'check':
      return await centralCheck({ folder, places, json: values.json === true }, out);
    case 'status':
      return await status(socket, values.json === true, out, now);
    case undefined:
      return misused(out, 'central', 'say run, check or status');
    default:
      return misused(out, 'central', `there is no ${JSON.stringify(action)}`);
  }
}

const OPTIONS = {
  state: { type: 'string' },
  'run-folder': { type: 'string' },
  metrics: { type: 'string' },
  socket: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function status(socket: string, asJson: boolean, out: Output, now: number): Promise<number> {
  const reply = await ask<CentralReport>(socket, 'GET', '/central');
  if (!reply.ok) {
    if (reply.exit !== EXIT_NO_DAEMON) return fail(out, reply.exit, reply.error, reply.hint);
    const isNone = reply.error.startsWith('no ');
    const error = isNone ? `ghostgate central does not run on ${socket}` : reply.error;
    return fail(out, reply.exit, error, isNone ? CENTRAL_HINT : reply.hint);
  }
  const { body } = reply;
  if (asJson) json(out, body);
  else out.out(centralText(body, out, now));
  return body.problems.length === 0 && body.sites.every(isWell) ? 0 : EXIT_NO;
}

const CENTRAL_HINT =
  'systemctl start ghostgate-central; or name its socket with --socket or --run-folder';

function isWell({ state, problems }: CentralReport['sites'][number]): boolean {
  return state === 'running' && problems.length === 0;
}
