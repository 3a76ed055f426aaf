import type { FreeswitchPolicy } from '../../policy/policy-pbx.ts';
import { sightings, type Watch } from '../seen.ts';
import type { EslEvent } from './esl-event.ts';
import { openEslSession } from './session.ts';
import { sourceOf } from './source-of.ts';
import { ONCE, SUBSCRIBE } from './subscription.ts';

/** Listens to the events that the daemon listens to. Rejects with EslError. */
export async function watchFreeswitch(policy: FreeswitchPolicy): Promise<Watch> {
  const all = sightings(() => session.close());
  const session = await openEslSession({
    policy,
    purpose: 'events',
    subscribe: SUBSCRIBE,
    once: ONCE,
    on: {
      event({ name, subclass, headers }: EslEvent) {
        const caller = name === 'CHANNEL_CREATE' ? headers['Caller-Caller-ID-Number'] : undefined;
        const from = sourceOf(headers['network-ip'], headers['network-port']);
        const event = subclass ?? name;
        if (caller !== undefined) all.saw({ name: event, caller });
        else if (from !== undefined) all.saw({ name: event, port: from.port });
      },
      refused: () => undefined,
      closed: () => undefined,
    },
  });
  return all;
}
