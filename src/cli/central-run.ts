import { once } from 'node:events';
import { startCentral } from '../central.ts';
import { policyFiles } from '../daemon/central/folder.ts';
import { openLogs } from '../daemon/log.ts';
import { goFirst } from '../daemon/priority.ts';
import { parseHostPort } from '../event/source.ts';
import type { SharedPlaces } from '../policy/shared.ts';
import { ListenError } from '../web/listen.ts';
import { misused } from './args.ts';
import { folderHint } from './central-check.ts';
import { EXIT_NO } from './client.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';
import { toldToStop } from './run.ts';
import { packageVersion } from './version.ts';

export interface CentralRun {
  readonly folder: string;
  readonly places: SharedPlaces;
  readonly socket: string;
  readonly metrics: string | undefined;
}

/** Runs every site of the folder; resolves with the exit code when it has ended. */
export async function centralRun(asked: CentralRun, out: Output): Promise<number> {
  const metrics = asked.metrics === undefined ? undefined : listenOf(asked.metrics);
  if (metrics === null) {
    return misused(out, 'central', `not a loopback address and port: ${asked.metrics ?? ''}`);
  }
  const found = await policyFiles(asked.folder);
  if ('why' in found) return fail(out, EXIT_NO, found.why, folderHint(asked.folder));
  goFirst();
  const logs = openLogs();
  try {
    const broken = new AbortController();
    const start = { ...asked, metrics, version: packageVersion() };
    const central = await startCentral(start, logs, () => broken.abort());
    process.on('SIGHUP', () => central.reload());
    await Promise.race([toldToStop(), once(broken.signal, 'abort')]);
    await central.stop();
    const code = broken.signal.aborted ? 1 : 0;
    // What was broken in a site may keep the process from ending by itself, guarding nobody.
    setTimeout(() => process.exit(code), HANG_MS).unref();
    return code;
  } catch (error) {
    const isTold = error instanceof ListenError;
    const why = isTold ? error.message : String(error);
    out.err(`ghostgate central: ${why}${isTold ? `\nTry: ${error.hint}` : ''}`);
    return 1;
  }
}

const HANG_MS = 5000;

/** Null: not one that is let be. */
function listenOf(text: string): { host: string; port: number } | null {
  const listen = parseHostPort(text);
  if (listen === undefined || listen.port === 0) return null;
  const { address, port } = listen;
  return address === '::1' || address.startsWith('127.') ? { host: address, port } : null;
}
