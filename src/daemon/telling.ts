import type { Notifier } from '../notify/notifier.ts';
import { createNotifier } from '../notify/notifier.ts';
import type { Policy } from '../policy/policy.ts';
import type { StatusReport } from '../web/status-report.ts';
import { startAlerts } from './alerts.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';

/** The channels of the policy, and the look at the status that finds what to tell. */
export interface Telling extends Notifier {
  /** Begins to tell what the status says is wrong. */
  watch(status: () => StatusReport): void;
}

export function createTelling(parts: {
  readonly policy: () => Policy;
  readonly log: Log;
  readonly notices: () => Notices;
  readonly now: () => number;
}): Telling {
  const { policy, log } = parts;
  let stop: (() => void) | undefined;
  const notifier = createNotifier({
    site: policy().site,
    now: parts.now,
    failed(name, why) {
      log.warn({ event: 'notify', name, why }, 'what happens is not told');
      parts.notices().tell(`what happens is not told to ${name}: ${why}`);
    },
    recovered: (name) => log.info({ event: 'notify', name }, 'what happens is told again'),
  });
  notifier.policy(policy());
  return {
    ...notifier,
    watch(status) {
      stop = startAlerts({ status, tell: (kind, text) => notifier.tell(kind, text) });
    },
    close() {
      stop?.();
      notifier.close();
    },
  };
}
