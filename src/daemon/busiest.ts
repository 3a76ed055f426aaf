/** How often each name came, bounded: the rarest are forgotten when there are too many names. */
export interface Busiest {
  add(name: string, count?: number): void;
  readonly size: number;
  /** Busiest first. */
  top(most: number): [name: string, count: number][];
}

/** @param most names kept; a flood from a million addresses must cost no more memory */
export function createBusiest(most: number): Busiest {
  const counts = new Map<string, number>();

  /** Half of them go, the rarest first and of those the oldest: no sorting, for this is the event path. */
  function forgetRarest(): void {
    for (let rare = 1; counts.size > most / 2; rare *= 2) {
      for (const [name, count] of counts) {
        if (count > rare) continue;
        counts.delete(name);
        if (counts.size <= most / 2) return;
      }
    }
  }

  return {
    add(name, count = 1) {
      counts.set(name, (counts.get(name) ?? 0) + count);
      if (counts.size > most) forgetRarest();
    },
    get size() {
      return counts.size;
    },
    top: (wanted) => [...counts].toSorted(([, a], [, b]) => b - a).slice(0, wanted),
  };
}
