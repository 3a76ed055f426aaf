/** Waits for the PBX to tell of one request of our own, over a connection of its own. */
export interface Watch {
  /** Name of the PBX's event for a request from this port or caller, once it came. Never rejects. */
  seen(
    from: { readonly port: number; readonly caller: string },
    waitMs: number,
  ): Promise<string | undefined>;
  close(): void;
}

/** One event, as far as it says whose request it tells of. */
export interface Sighting {
  readonly name: string;
  readonly port?: number;
  readonly caller?: string;
}

/** Keeps what was seen, for it may come before anybody asks. */
export function sightings(close: () => void): Watch & { saw(sighting: Sighting): void } {
  const all: Sighting[] = [];
  let tell: (() => void) | undefined;
  return {
    close,
    saw(sighting) {
      // A busy PBX tells of others meanwhile.
      if (all.length < MOST) all.push(sighting);
      tell?.();
    },
    async seen({ port, caller }, waitMs) {
      const found = () => all.find((each) => each.port === port || each.caller === caller)?.name;
      const until = performance.now() + waitMs;
      while (found() === undefined && performance.now() < until) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, until - performance.now());
          tell = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return found();
    },
  };
}

const MOST = 10_000;
