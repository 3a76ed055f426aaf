import { parseAddress } from '../../../event/source.ts';
import type { Sighting } from '../../seen.ts';
import type { Frame } from '../frame.ts';

/** A channel or security event, as far as it says whose request it tells of. */
export function sightingOf({ name, fields }: Frame): Sighting | undefined {
  const caller = name === 'Newchannel' ? fields.get('CallerIDNum') : undefined;
  if (caller !== undefined) return { name, caller };
  const port = portOf(fields.get('RemoteAddress') ?? '');
  return port === undefined ? undefined : { name, port };
}

/** `IPV4/UDP/127.0.0.1/43604` */
function portOf(remote: string): number | undefined {
  const [, , address = '', port] = remote.split('/');
  return parseAddress(address) === undefined ? undefined : Number(port);
}
