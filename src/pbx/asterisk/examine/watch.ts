import { parseAddress } from '../../../event/source.ts';
import type { AsteriskPolicy } from '../../../policy/policy-pbx.ts';
import { sightings, type Watch } from '../../seen.ts';
import { EXCLUDE_INJECTED } from '../filters.ts';
import type { Frame } from '../frame.ts';
import { openSession } from '../session.ts';

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
      event({ name, fields }: Frame) {
        const caller = name === 'Newchannel' ? fields.get('CallerIDNum') : undefined;
        const port = portOf(fields.get('RemoteAddress') ?? '');
        if (caller !== undefined) all.saw({ name, caller });
        else if (port !== undefined) all.saw({ name, port });
      },
      refused: () => undefined,
      closed: () => undefined,
    },
  });
  return all;
}

/** `IPV4/UDP/127.0.0.1/43604` */
function portOf(remote: string): number | undefined {
  const [, , address = '', port] = remote.split('/');
  return parseAddress(address) === undefined ? undefined : Number(port);
}
