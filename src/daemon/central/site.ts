import type { Daemon } from '../handle.ts';
import type { LoadOne } from '../../policy/load.ts';
import type { Policy } from '../../policy/policy.ts';
import { problemText } from '../../policy/problem.ts';
import type { PolicyWatch } from '../../policy/watch.ts';
import { watchPolicy } from '../../policy/watch.ts';
import type { CentralSite } from '../../web/central.ts';
import { loadToStart } from '../base-start.ts';
import type { Log } from '../log.ts';
import { needRestart } from '../reload.ts';
import type { Claims } from './claims.ts';
import { faultSeries } from './fault-series.ts';
import { firstLook } from './first-look.ts';
import type { Queue } from './queue.ts';
import { siteReport } from './report.ts';
import { stopInTime } from './stop-in-time.ts';

export interface SiteParts {
  readonly load: LoadOne;
  readonly claims: Claims;
  readonly queue: Queue;
  /** Resolves once the sites before this one were looked at: who comes first has what both want. */
  readonly earlier: Promise<void>;
  /** Starts the daemon of a good policy, as this site's own. Rejects when it cannot. */
  start(policy: Policy, load: LoadOne): Promise<Daemon>;
  readonly log: Log;
  readonly now: () => number;
  /** Between two looks at its files. */
  readonly pollMs: number;
  /** Between two tries to start what could not be. */
  readonly retryMs: number;
}

/** One policy file of the folder: its daemon while it runs, and what keeps it from running. */
export interface Site {
  readonly file: string;
  readonly report: () => CentralSite;
  readonly daemon: () => Daemon | undefined;
  /** Resolves when its file was looked at for the first time, or that takes too long. */
  readonly looked: Promise<void>;
  /** Loads its file again, as on SIGHUP. */
  reload(): void;
  /** Something in it broke that nothing caught: it is stopped and started again. */
  faulted(error: unknown): void;
  close(): Promise<void>;
}

export function createSite(file: string, parts: SiteParts): Site {
  const { claims, queue, log, now } = parts;
  let name: string | undefined;
  let daemon: Daemon | undefined;
  let watch: PolicyWatch | undefined;
  let wrong: string[] = [];
  let state: CentralSite['state'] = 'starting';
  const faults = faultSeries();
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  /** From the order to stop until its file is looked at again: more faults say nothing new. */
  let restarting = false;
  const { looked, seen } = firstLook(parts.earlier);
  /** Starts and stops come one after another. */
  let turn: Promise<void> = Promise.resolve();

  /** A policy that is good in itself may still want what another site has. */
  const load: LoadOne = async (path, options) => {
    // What is only tried takes nothing from anybody.
    if (options?.base !== undefined) return await parts.load(path, options);
    await parts.earlier;
    const loaded = await (daemon === undefined ? loadToStart(path, parts.load) : parts.load(path));
    if ('problems' in loaded || closed) return loaded;
    const taken = claims.take(file, loaded.policy);
    if (taken.length > 0) return { problems: taken, files: loaded.files };
    const running = daemon?.policy();
    if (running !== undefined && needRestart(running, loaded.policy).length > 0 && !restarting) {
      restart(0);
    }
    return loaded;
  };

  /** Until it runs we look at its files; then the daemon does. */
  function look(): void {
    restarting = false;
    if (closed || daemon !== undefined) return;
    watch?.close();
    watch = watchPolicy(
      file,
      {
        loaded(policy) {
          seen();
          name = policy.site;
          queue.add(() => inTurn(() => open(policy)));
        },
        failed(problemsFound) {
          seen();
          if (daemon !== undefined) return;
          // What an earlier state of the file had for itself is free for others.
          claims.free(file);
          fail('refused', problemsFound.map(problemText));
        },
      },
      { load, pollMs: parts.pollMs },
    );
  }

  async function open(policy: Policy): Promise<void> {
    if (closed || daemon !== undefined) return;
    try {
      daemon = await parts.start(policy, load);
      watch?.close();
      watch = undefined;
      wrong = [];
      state = 'running';
    } catch (error) {
      const hint = error instanceof Error && 'hint' in error ? String(error.hint) : '';
      const why = error instanceof Error ? error.message : String(error);
      fail('failed', [hint === '' ? why : `${why}. ${hint}`]);
    }
  }

  function fail(next: 'refused' | 'failed', why: string[]): void {
    if (state !== next || why.join() !== wrong.join()) {
      log.error({ event: 'site', file, site: name, problems: why }, `the site is ${next}`);
    }
    state = next;
    wrong = why;
    clearTimeout(retry);
    // What stood in its way may be gone without any of its files having changed.
    retry = setTimeout(() => void watch?.reload(), parts.retryMs);
  }

  function restart(pauseMs: number): void {
    state = 'starting';
    restarting = true;
    void inTurn(async () => {
      await stop();
      if (!closed) retry = setTimeout(look, pauseMs);
    });
  }

  async function stop(): Promise<void> {
    clearTimeout(retry);
    watch?.close();
    const last = daemon;
    daemon = undefined;
    if (last === undefined) return;
    await stopInTime(last).catch((error: unknown) => {
      log.error({ err: error, event: 'site', file, site: name }, 'the site did not stop well');
    });
  }

  function inTurn(step: () => Promise<void>): Promise<void> {
    turn = turn.then(step);
    return turn;
  }

  look();
  return {
    file,
    daemon: () => daemon,
    looked,
    report: () => ({ file, ...siteReport(state, wrong, name, daemon), faults: faults.count }),
    reload: () => (daemon === undefined ? void watch?.reload() : daemon.reload()),
    faulted(error) {
      if (restarting) return;
      log.error({ err: error, event: 'fault', file, site: name }, 'a fault of ours: starting anew');
      restart(faults.add(now()));
    },
    async close() {
      closed = true;
      seen();
      await inTurn(stop);
      claims.free(file);
    },
  };
}
