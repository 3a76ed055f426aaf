import type { AsteriskPolicy } from '../../../policy/policy-pbx.ts';
import { sightings, type Watch } from '../../seen.ts';
import { EXCLUDE_INJECTED } from '../filters.ts';
import { openSession } from '../session.ts';
import { sightingOf } from './translate-sighting.ts';

/** Listens as the daemon does: calls and security events, forged ones kept off. Rejects with AmiError. */
export async function watchAsterisk(policy: AsteriskPolicy): Promise<Watch> {
  const all = sightings(() => session.close());
  const session = await openSession({
    policy,
    purpose: 'doctor',
    events: 'call,security',
    filters: EXCLUDE_INJECTED,
    filtersOptional: true,
    on: {
      event(frame) {
        const sighting = sightingOf(frame);
        if (sighting !== undefined) all.saw(sighting);
      },
      refused: () => undefined,
      closed: () => undefined,
    },
  });
  return all;
}
