/** Work done one after another with a pause after each: sites must not all dial at once. */
export interface Queue {
  /** Never rejects for what the work does. */
  add(work: () => Promise<void>): void;
  close(): void;
}

export function createQueue(pauseMs: number, failed: (error: unknown) => void): Queue {
  let turn: Promise<void> = Promise.resolve();
  let closed = false;
  const after = async (earlier: Promise<void>, work: () => Promise<void>): Promise<void> => {
    await earlier;
    if (closed) return;
    await work().catch(failed);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  };
  return {
    add(work) {
      turn = after(turn, work);
    },
    close() {
      closed = true;
    },
  };
}
