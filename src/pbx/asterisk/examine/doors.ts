import { cleanText } from '../../../event/text.ts';
import type { Frame } from '../frame.ts';
import { type Asking, configured, isPlainName, unlessAnswer } from './config.ts';
import type { Door } from './facts.ts';

/** More endpoints that are asked for nothing than any PBX has. */
const MOST_ASKED = 2000;

/**
 * Ways into chan_pjsip for a call that nobody is asked a password for: `anonymous`
 * (res_pjsip_endpoint_identifier_anonymous.c), and endpoints without `auth`, which are found by the
 * name in From too unless identify_by says otherwise. Undefined when chan_pjsip is not loaded, or
 * tells nothing. Rejects with AmiError.
 */
export async function pjsipDoors(session: Asking): Promise<Door[] | undefined> {
  const rows = await ask(session, { Action: 'PJSIPShowEndpoints' }, 'EndpointListComplete');
  const unasked = rows?.flatMap(({ fields }) => {
    const name = fields.get('ObjectName') ?? '';
    const auths = fields.get('Auths') ?? fields.get('Auth') ?? '';
    return auths.trim() === '' || ANONYMOUS.test(name) ? [name] : [];
  });
  const doors: Door[] = [];
  for (const name of unasked?.slice(0, MOST_ASKED) ?? []) {
    if (!isPlainName(name)) continue;
    const action = { Action: 'PJSIPShowEndpoint', Endpoint: name };
    const details = (await ask(session, action, 'EndpointDetailComplete')) ?? [];
    doors.push(
      ...details
        .filter(({ name: kind }) => kind === 'EndpointDetail')
        .map((detail) => pjsipDoor(name, detail, details)),
    );
  }
  return unasked === undefined ? undefined : doors;
}

const ANONYMOUS = /^anonymous(?:@|$)/;

function pjsipDoor(endpoint: string, { fields }: Frame, details: readonly Frame[]): Door {
  const context = cleanText(fields.get('Context')) ?? 'default';
  const words = (fields.get('IdentifyBy') ?? 'username,ip').toLowerCase().split(',');
  const named = words.some((word) => word.trim() !== 'ip');
  const wide = details.some(
    ({ name, fields: identify }) =>
      name === 'IdentifyDetail' &&
      ((identify.get('MatchHeader') ?? '') !== '' ||
        /\/(?:0|0\.0\.0\.0)(?:,|$)/.test(identify.get('Match') ?? '')),
  );
  const unproven = wide ? 'any-address' : 'address';
  const by = ANONYMOUS.test(endpoint) ? 'guests' : named ? 'name' : unproven;
  return { driver: 'chan_pjsip', endpoint, context, by };
}

/**
 * The same for chan_sip (channels/chan_sip.c): guests, unless allowguest says no; `friend` and
 * `user` that are asked for nothing, for those are found by the name in From; a `peer` like that
 * whose address moves. Undefined when chan_sip is not loaded. Rejects with AmiError.
 */
export async function sipDoors(session: Asking): Promise<Door[] | undefined> {
  const rows = await ask(session, { Action: 'SIPpeers' }, 'PeerlistComplete');
  if (rows === undefined) return undefined;
  const general = async (name: string) =>
    (await configured(session, 'sip.conf', 'general', name)).at(-1);
  const guests = !/^(?:no|false|n|f|0|off)$/i.test((await general('allowguest')) ?? '');
  const context = (await general('context')) ?? 'default';
  const doors: Door[] = guests ? [{ driver: 'chan_sip', endpoint: '', context, by: 'guests' }] : [];
  for (const { fields } of rows.slice(0, MOST_ASKED)) {
    const name = fields.get('ObjectName') ?? '';
    if (isPlainName(name)) doors.push(...(await peerDoor(session, name)));
  }
  return doors;
}

async function peerDoor(session: Asking, endpoint: string): Promise<Door[]> {
  const { name, fields } = await session.request({ Action: 'SIPshowpeer', Peer: endpoint });
  if (name !== 'Success') return [];
  const secret = ['SecretExist', 'MD5SecretExist'].some((key) => fields.get(key) === 'Y');
  if (secret && !/invite|very|yes/i.test(fields.get('SIP-AuthInsecure') ?? '')) return [];
  const context = cleanText(fields.get('Context')) ?? 'default';
  const type = (await configured(session, 'sip.conf', endpoint, 'type')).at(-1) ?? 'friend';
  const moves = fields.get('Dynamic') === 'Y' ? 'any-address' : 'address';
  const by = fields.get('ACL') === 'Y' || type === 'peer' ? moves : 'name';
  return [{ driver: 'chan_sip', endpoint, context, by }];
}

/** `Error` is how a driver says that it has nothing to list; undefined when it is not loaded, or may not be asked. */
async function ask(
  session: Asking,
  action: { Action: string },
  end: string,
): Promise<Frame[] | undefined> {
  try {
    return await session.list(action, end);
  } catch (error) {
    const words = error instanceof Error && 'answer' in error ? String(error.answer) : '';
    unlessAnswer(error);
    return /^(?:Invalid\/unknown command|Permission denied)/.test(words) ? undefined : [];
  }
}
