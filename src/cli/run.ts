import { parseArgs } from 'node:util';
import { startDaemon } from '../daemon.ts';
import { loadToStart } from '../daemon/base-start.ts';
import { goFirst } from '../daemon/priority.ts';
import { openLogs } from '../daemon/log.ts';
import { problemText } from '../policy/problem.ts';
import { StoreError } from '../store/store-error.ts';
import { ListenError } from '../web/listen.ts';
import type { Output } from './output.ts';
import { packageVersion } from './version.ts';

const HELP = `ghostgate run --policy FILE

Guards the PBXs of the policy until it is told to stop (SIGINT, SIGTERM). The
log is JSON lines on stdout. SIGHUP, or a change of the file, loads the policy
again; a bad file keeps the old one.

Options:
  -p, --policy FILE  the policy to guard by

Examples:
  ghostgate run --policy /etc/ghostgate/policy.yaml
  ghostgate run --policy policy.yaml | jq 'select(.verdict == "ban")'

Exit codes: 0 told to stop, 1 bad policy or cannot start, 2 usage`;

/** Runs the daemon; resolves with the exit code when it has ended. */
export async function run(args: string[], out: Output): Promise<number> {
  const path = readArgs(args, out);
  if (typeof path === 'number') return path;
  goFirst();
  const loaded = await loadToStart(path);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) out.err(problemText(problem));
    out.err(`ghostgate run: the policy has mistakes\nTry: ghostgate check ${path}`);
    return 1;
  }
  const { policy } = loaded;
  const log = openLogs()(policy.log.level, policy.site);
  try {
    const daemon = await startDaemon({ policy, path, version: packageVersion() }, log);
    process.on('SIGHUP', () => daemon.reload());
    await toldToStop();
    await daemon.stop();
    return 0;
  } catch (error) {
    const isTold = error instanceof StoreError || error instanceof ListenError;
    const why = isTold ? error.message : String(error);
    const hint = isTold ? error.hint : '';
    out.err(`ghostgate run: ${why}${hint === '' ? '' : `\nTry: ${hint}`}`);
    return 1;
  } finally {
    log.flush();
  }
}

function readArgs(args: string[], out: Output): string | number {
  try {
    const { values } = parseArgs({
      args,
      options: { policy: { type: 'string', short: 'p' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      out.out(HELP);
      return 0;
    }
    if (values.policy !== undefined) return values.policy;
    out.err(
      'ghostgate run: name the policy\nTry: ghostgate run --policy /etc/ghostgate/policy.yaml',
    );
  } catch (error) {
    out.err(
      `ghostgate run: ${error instanceof Error ? error.message : String(error)}\nTry: ghostgate run --help`,
    );
  }
  return 2;
}

/** Resolves on SIGINT and SIGTERM. */
export async function toldToStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
}
