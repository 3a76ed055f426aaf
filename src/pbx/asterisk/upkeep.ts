import type { AmiSession } from './session.ts';

/** The session for slow and rare questions, one at a time. */
export interface Upkeep {
  /** Runs this work when all earlier work is done; nothing else uses the session meanwhile. */
  run<T>(work: (session: AmiSession) => Promise<T>): Promise<T>;
  /** Counts a frame that this session refused. */
  refused(): void;
  /**
   * Frames so far that belong to no question of ours. While one work runs and asks about one
   * channel, a rise means that an answer about that channel broke out of its frame.
   */
  residue(): number;
}

export function upkeepOf(session: () => AmiSession): Upkeep {
  let last: Promise<unknown> = Promise.resolve();
  let refusedFrames = 0;
  return {
    run(work) {
      const mine = last.then(() => work(session()));
      last = mine.catch(() => undefined);
      return mine;
    },
    refused() {
      refusedFrames++;
    },
    residue: () => refusedFrames + session().strays,
  };
}
