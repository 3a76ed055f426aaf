import { startDaemon } from './daemon.ts';
import { createClaims } from './daemon/central/claims.ts';
import { watchFaults } from './daemon/central/faults.ts';
import { watchFolder } from './daemon/central/folder.ts';
import { createQueue } from './daemon/central/queue.ts';
import type { Site } from './daemon/central/site.ts';
import { createSite } from './daemon/central/site.ts';
import type { MakeLog } from './daemon/log.ts';
import type { LoadedPolicy, LoadOptions } from './policy/load.ts';
import { loadPolicy } from './policy/load.ts';
import type { SharedPlaces } from './policy/shared.ts';
import type { CentralParts, CentralReport } from './web/central.ts';
import { serveCentral, serveCentralMetrics } from './web/central.ts';
import { mergeMetrics } from './web/merge-metrics.ts';
import { processMetrics } from './web/metrics.ts';

export interface Central {
  /** Loads every policy again, as on SIGHUP. */
  reload(): void;
  /** Closes everything; bans stay in force. */
  stop(): Promise<void>;
}

export interface CentralStart {
  /** Folder of the policies, one file a site. */
  readonly folder: string;
  readonly places: SharedPlaces;
  /** Socket of the process itself. */
  readonly socket: string;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly version: string;
  /** For tests: how often files are looked at, and what could not be started is tried. */
  readonly pollMs?: number;
  readonly retryMs?: number;
}

/**
 * Many sites in one process. Each is a daemon of its own with its own world, ledger, store and
 * socket; they share nothing but the processor. Resolves once the folder was read; the sites start
 * one after another. Rejects with ListenError when the process's own socket cannot be opened.
 * @param broken called when faults come that are no site's, too many to go on
 */
export async function startCentral(
  start: CentralStart,
  logs: MakeLog,
  broken: () => void,
): Promise<Central> {
  const { folder, places, version, pollMs = 5000, retryMs = 30_000 } = start;
  const now = Date.now;
  const startedAt = now();
  const log = logs('info');
  const sites = new Map<string, Site>();
  const claims = createClaims([
    { what: `the socket ${start.socket}` },
    ...(start.metrics === undefined ? [] : [{ what: `port ${start.metrics.port}` }]),
  ]);
  const queue = createQueue(START_PAUSE_MS, (error) => strayFault(error));
  const own = processMetrics();
  let looked = Promise.resolve();
  let folderProblem: string | undefined;
  let strays: number[] = [];

  const faults = watchFaults<Site>((error, site) => {
    if (site === undefined || !sites.has(site.file)) strayFault(error);
    else site.faulted(error);
  });

  const parts: CentralParts = { report, metrics };
  const socket = await serveCentral(start.socket, parts).catch((error: unknown) => {
    faults.close();
    throw error;
  });
  const http =
    start.metrics === undefined
      ? undefined
      : await serveCentralMetrics(start.metrics, parts).catch((error: unknown) => {
          // A guard without metrics is better than no guard.
          log.error({ err: error }, 'metrics are not served');
          return undefined;
        });
  const watch = watchFolder(
    folder,
    {
      files: follow,
      unreadable(why) {
        folderProblem = why === undefined ? undefined : `the folder cannot be read: ${why}`;
        if (why !== undefined)
          log.error({ event: 'central', folder, why }, 'sites stay as they are');
      },
    },
    Math.min(pollMs, 2000),
  );
  await watch.first;
  log.info({ event: 'central', folder, version, sites: sites.size }, 'starting');

  let stopping: Promise<void> | undefined;
  return {
    reload() {
      for (const site of sites.values()) site.reload();
    },
    stop: () => (stopping ??= stop()),
  };

  function follow(files: readonly string[]): void {
    for (const [file, site] of sites) {
      if (files.includes(file)) continue;
      sites.delete(file);
      log.info({ event: 'site', file }, 'its file is gone: the site is stopped, its bans run out');
      void site.close();
    }
    for (const file of files) {
      if (sites.has(file)) continue;
      const site = siteOf(file, looked);
      looked = site.looked;
      sites.set(file, site);
    }
  }

  function siteOf(file: string, earlier: Promise<void>): Site {
    const holder: { site?: Site } = {};
    const site = createSite(file, {
      load: loadShared,
      claims,
      queue,
      earlier,
      log,
      now,
      pollMs,
      retryMs,
      start(policy, loadAgain) {
        const shared = { load: loadAgain, pollMs };
        const begin = () =>
          startDaemon({ policy, path: file, version, shared }, logs(policy.log.level, policy.site));
        return holder.site === undefined ? begin() : faults.within(holder.site, begin);
      },
    });
    holder.site = site;
    return site;
  }

  async function loadShared(path: string, options: LoadOptions = {}): Promise<LoadedPolicy> {
    return await loadPolicy(path, process.env, { ...options, shared: places });
  }

  function strayFault(error: unknown): void {
    log.error({ err: error, event: 'fault' }, 'a fault of ours that is no site’s');
    strays = [...strays.filter((at) => now() - at < STRAY_MS), now()];
    if (strays.length > MOST_STRAYS) broken();
  }

  function report(): CentralReport {
    const problems = folderProblem === undefined ? [] : [folderProblem];
    const all = [...sites.values()].map((site) => site.report());
    return { version, folder, startedAt, problems, sites: all };
  }

  async function metrics(): Promise<string> {
    const running = [...sites.values()].flatMap((site) => site.daemon() ?? []);
    const texts = await Promise.all(
      running.map(async (daemon) => ({
        site: daemon.policy().site,
        text: await daemon.metrics(),
      })),
    );
    return `${await own.text()}${stateLines(report())}${mergeMetrics(texts)}`;
  }

  async function stop(): Promise<void> {
    watch.close();
    queue.close();
    await Promise.allSettled([...sites.values()].map((site) => site.close()));
    await Promise.allSettled([socket.close(), http?.close()]);
    faults.close();
    log.info({ event: 'stopped' }, 'stopped; bans stay in force until their time is over');
  }
}

function stateLines({ sites }: CentralReport): string {
  const name = 'ghostgate_central_sites';
  const states = ['starting', 'running', 'refused', 'failed'] as const;
  const lines = states.map((state) => {
    const count = sites.filter((site) => site.state === state).length;
    return `${name}{state="${state}"} ${count}`;
  });
  const wrong = sites.filter(({ problems }) => problems.length > 0).length;
  return `# HELP ${name} Sites by state
# TYPE ${name} gauge
${lines.join('\n')}
# HELP ${name}_wrong Sites with something to put right
# TYPE ${name}_wrong gauge
${name}_wrong ${wrong}
`;
}

/** 300 sites are all dialled within half a minute. */
const START_PAUSE_MS = 50;
const STRAY_MS = 60_000;
const MOST_STRAYS = 10;
