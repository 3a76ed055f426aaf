import type { Policy } from '../policy/policy.ts';
import type { LoadOne } from '../policy/load.ts';
import type { StatusReport } from '../web/status-report.ts';

export interface DaemonStart {
  readonly policy: Policy;
  readonly path: string;
  readonly version: string;
  /** Where many sites share the process: how its policy is loaded again. */
  readonly shared?: { readonly load: LoadOne; readonly pollMs: number };
}

/** A running daemon. */
export interface Daemon {
  /** Loads the policy again, as on SIGHUP. */
  reload(): void;
  readonly policy: () => Policy;
  readonly status: () => StatusReport;
  /** Its figures in Prometheus text format. */
  metrics(): Promise<string>;
  /** Milliseconds since the epoch; undefined when it has judged nothing yet. */
  readonly lastEventAt: () => number | undefined;
  /** Closes everything; bans stay in force. */
  stop(): Promise<void>;
}
