/** Something that is done again and again. */
export interface Beat {
  readonly everyMs: number;
  readonly beat: () => void;
}

/** Begins; returns the function that ends it. */
export function startPulse(beats: readonly Beat[]): () => void {
  const timers = beats.map(({ everyMs, beat }) => setInterval(beat, everyMs * spread()));
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** Not all sites in the same moment. */
function spread(): number {
  return 0.9 + Math.random() / 5;
}
