import { performance } from 'node:perf_hooks';

/** Work done in small steps beside the event path. */
export interface Pump {
  /** There is work: the first step comes within the pause, never in this turn. */
  wake(): void;
  stop(): void;
}

/**
 * Calls `step` until it reports that nothing is left. After each step it rests four times as
 * long as the step took, so that the work never takes more than a fifth of the process's time:
 * the judge comes first, also in a flood.
 * @param step one short piece of work; returns whether more is left; must not throw
 * @param pauseMs from the first wake to the first step
 */
export function pump(step: () => boolean, pauseMs: number): Pump {
  let timer: NodeJS.Timeout | undefined;

  function schedule(ms: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      const began = performance.now();
      if (step()) schedule(Math.max(1, (performance.now() - began) * REST));
    }, ms).unref();
  }

  return {
    wake() {
      if (timer === undefined) schedule(pauseMs);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}

const REST = 4;
