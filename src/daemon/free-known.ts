import type { World } from '../judge/world.ts';
import type { Ledger } from './ledger.ts';
import type { Release } from './release.ts';

/**
 * Ends the bans that cover a trunk, a trusted network, the PBX or what the fleet allows by now: the
 * policy may have named it since, or a carrier's name may lead to an address that is shut out already. Looks only when one
 * of these has changed since it last did. Resolves when every place has been told.
 */
export type FreeKnown = () => Promise<void>;

export function createFreeKnown(parts: {
  readonly world: () => World;
  readonly ledger: Pick<Ledger, 'conflicts'>;
  readonly release: Release;
}): FreeKnown {
  let seen: readonly unknown[] = [];
  return async () => {
    const { own, trunks, trusted, allowed } = parts.world();
    const now = [own, trunks, trusted, allowed];
    if (now.every((each, at) => each === seen[at])) return;
    for (const { target } of parts.ledger.conflicts(parts.world())) {
      await parts.release(target, {
        by: 'ghostgate',
        because: 'it belongs to a trunk, a trusted network, the PBX or an allow list now',
      });
    }
    // Last: what was not done is done by the next look.
    seen = now;
  };
}
