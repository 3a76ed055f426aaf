import { endpointFacts, peerFacts } from '../translate-trunk.ts';
import { type Asking, configured, isPlainName, listed } from './config.ts';
import type { Door } from './facts.ts';
import { isAnonymous, peerDoorFacts, pjsipDoorsIn } from './translate-door.ts';

/** More endpoints that are asked for nothing than any PBX has. */
const MOST_ASKED = 2000;

/**
 * Ways into chan_pjsip for a call that nobody is asked a password for: `anonymous`
 * (res_pjsip_endpoint_identifier_anonymous.c), and endpoints without `auth`, which are found by the
 * name in From too unless identify_by says otherwise. Undefined when chan_pjsip is not loaded, or
 * tells nothing. Rejects with AmiError.
 */
export async function pjsipDoors(session: Asking): Promise<Door[] | undefined> {
  const rows = await listed(session, { Action: 'PJSIPShowEndpoints' }, 'EndpointListComplete');
  const unasked = rows
    ?.map(endpointFacts)
    .filter(({ name, challenged }) => !challenged || isAnonymous(name));
  const doors: Door[] = [];
  for (const { name } of unasked?.slice(0, MOST_ASKED) ?? []) {
    if (!isPlainName(name)) continue;
    const action = { Action: 'PJSIPShowEndpoint', Endpoint: name };
    doors.push(
      ...pjsipDoorsIn(name, (await listed(session, action, 'EndpointDetailComplete')) ?? []),
    );
  }
  return unasked === undefined ? undefined : doors;
}

/**
 * The same for chan_sip (channels/chan_sip.c): guests, unless allowguest says no; `friend` and
 * `user` that are asked for nothing, for those are found by the name in From; a `peer` like that
 * whose address moves. Undefined when chan_sip is not loaded. Rejects with AmiError.
 */
export async function sipDoors(session: Asking): Promise<Door[] | undefined> {
  const rows = await listed(session, { Action: 'SIPpeers' }, 'PeerlistComplete');
  if (rows === undefined) return undefined;
  const general = async (name: string) =>
    (await configured(session, 'sip.conf', 'general', name)).at(-1);
  const guests = !/^(?:no|false|n|f|0|off)$/i.test((await general('allowguest')) ?? '');
  const context = (await general('context')) ?? 'default';
  const doors: Door[] = guests ? [{ driver: 'chan_sip', endpoint: '', context, by: 'guests' }] : [];
  for (const { name } of rows.slice(0, MOST_ASKED).map(peerFacts)) {
    if (isPlainName(name)) doors.push(...(await peerDoor(session, name)));
  }
  return doors;
}

async function peerDoor(session: Asking, endpoint: string): Promise<Door[]> {
  const facts = peerDoorFacts(await session.request({ Action: 'SIPshowpeer', Peer: endpoint }));
  if (facts === undefined) return [];
  const { context, moves, hasAcl } = facts;
  const type = (await configured(session, 'sip.conf', endpoint, 'type')).at(-1) ?? 'friend';
  const address = moves ? 'any-address' : 'address';
  const by = hasAcl || type === 'peer' ? address : 'name';
  return [{ driver: 'chan_sip', endpoint, context, by }];
}
