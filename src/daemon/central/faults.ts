import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Faults nobody caught, and whose they are. In a process of one site such a fault ends the process
 * and systemd starts it anew; here it would take all the others with it. So everything a site does
 * runs within its own context, and a fault is told to the site it came from.
 */
export interface Faults<Site> {
  /** Runs work, and all that follows from it, as this site's. */
  within<T>(site: Site, work: () => T): T;
  close(): void;
}

export function watchFaults<Site>(
  fault: (error: unknown, site: Site | undefined) => void,
): Faults<Site> {
  const context = new AsyncLocalStorage<Site>();
  const tell = (error: unknown): void => fault(error, context.getStore());
  process.on('uncaughtException', tell).on('unhandledRejection', tell);
  return {
    within: (site, work) => context.run(site, work),
    close() {
      process.off('uncaughtException', tell).off('unhandledRejection', tell);
    },
  };
}
