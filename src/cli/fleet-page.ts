import { openLogs } from '../daemon/log.ts';
import { loadFleetPage } from '../policy/load-fleet-page.ts';
import { problemText } from '../policy/problem.ts';
import { ListenError } from '../web/listen.ts';
import { misused } from './args.ts';
import { EXIT_NO } from './client.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';
import { packageVersion } from './version.ts';

/** `ghostgate fleet page FILE`: serves the page of all sites until it is told to stop. */
export async function page(
  [file, ...more]: readonly string[],
  out: Output,
  told: () => Promise<void> = toldToStop,
): Promise<number> {
  if (file === undefined || more.length > 0) return misused(out, 'fleet', 'say page FILE');
  const loaded = await loadFleetPage(file);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) out.err(problemText(problem));
    return fail(out, EXIT_NO, `${file} has mistakes`, 'docs/fleet.md, “The fleet page”');
  }
  const { startFleetPage } = await import('../daemon/fleet-page.ts');
  const log = openLogs()('info', 'fleet');
  try {
    const served = await startFleetPage(loaded, packageVersion(), log);
    await told();
    await served.close();
    return 0;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof ListenError ? error.hint : 'ghostgate fleet keys FILE --viewer';
    return fail(out, EXIT_NO, why, hint);
  } finally {
    log.flush();
  }
}

function toldToStop(): Promise<void> {
  return new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
}
