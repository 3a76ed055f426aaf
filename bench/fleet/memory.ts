import type { FleetMemory, Kept } from '../../src/fleet/memory.ts';

/** What a site keeps, in memory: a thousand databases on one disk would measure the disk. */
export function memoryOnly(kept: Kept): FleetMemory {
  let unsent: { id: number; item: unknown }[] = [];
  let id = 0;
  return {
    read: () => kept,
    together: (work) => work(),
    startOver: nothing,
    putMember: nothing,
    putHeard: nothing,
    putClaim: nothing,
    dropClaim: nothing,
    clearClaims: nothing,
    forgetClaims: nothing,
    putFreed: nothing,
    putFact: nothing,
    push: (item) => void unsent.push({ id: ++id, item }),
    waiting: (most) => unsent.slice(0, most),
    told: (upTo) => void (unsent = unsent.filter((row) => row.id > upTo)),
    get unsent() {
      return unsent.length;
    },
  };
}

function nothing(): void {}
