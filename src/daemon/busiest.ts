/** How often each name came, bounded: the rarest are forgotten when there are too many names. */
export interface Busiest {
  add(name: string, count?: number): void;
  /** Busiest first. */
  top(most: number): [name: string, count: number][];
  clear(): void;
}

/** @param most names kept; a flood from a million addresses must cost no more memory */
export function createBusiest(most: number): Busiest {
  let counts = new Map<string, number>();
  const sorted = (): [string, number][] => [...counts].toSorted(([, a], [, b]) => b - a);
  return {
    add(name, count = 1) {
      counts.set(name, (counts.get(name) ?? 0) + count);
      // Halved at once, so that sorting costs little for each name that came.
      if (counts.size > most) counts = new Map(sorted().slice(0, most / 2));
    },
    top: (wanted) => sorted().slice(0, wanted),
    clear: () => counts.clear(),
  };
}
