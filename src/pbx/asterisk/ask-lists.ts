import type { Registration } from '../../event/sip-event.ts';
import { AmiError } from './errors.ts';
import type { Frame } from './frame.ts';
import type { AmiSession } from './session.ts';
import {
  contactRegistration,
  endpointRow,
  peerChallenged,
  peerRegistration,
} from './translate-list.ts';
import type { Upkeep } from './upkeep.ts';

/** Most registrations kept: more than one PBX serves. */
const MAX_REGISTRATIONS = 50_000;

/**
 * Every live registration, chan_pjsip's and chan_sip's. Rejects as AmiSession.list, and while
 * neither driver is loaded: an Asterisk that starts takes logins before it has read its modules,
 * and its empty answer would make every phone a stranger.
 */
export async function askRegistrations(upkeep: Upkeep): Promise<Registration[]> {
  const contacts = await listOf(upkeep, 'PJSIPShowContacts', 'ContactListComplete');
  const peers = await listOf(upkeep, 'SIPpeers', 'PeerlistComplete');
  if (contacts === undefined && peers === undefined) {
    throw new AmiError('unreachable', 'Asterisk has neither chan_pjsip nor chan_sip loaded yet');
  }
  const live = [
    ...(contacts ?? [])
      .filter((frame) => frame.name === 'ContactList')
      .flatMap(contactRegistration),
    ...(peers ?? []).filter((frame) => frame.name === 'PeerEntry').flatMap(peerRegistration),
  ];
  return live.slice(0, MAX_REGISTRATIONS);
}

/** Endpoints of chan_pjsip, each with whether it is challenged. */
export async function askEndpoints(upkeep: Upkeep): Promise<Map<string, boolean>> {
  const frames = await listOf(upkeep, 'PJSIPShowEndpoints', 'EndpointListComplete');
  const endpoints = new Map<string, boolean>();
  for (const frame of frames ?? []) {
    const row = frame.name === 'EndpointList' ? endpointRow(frame) : undefined;
    if (row !== undefined) endpoints.set(row.name, row.challenged);
  }
  return endpoints;
}

/** Reports whether chan_sip challenges this peer. Rejects as AmiSession.request. */
export async function askPeer(session: AmiSession, peer: string): Promise<boolean> {
  const answer = await session.request({ Action: 'SIPshowpeer', Peer: peer });
  if (answer.name === 'Success') return peerChallenged(answer);
  const words = answer.fields.get('Message') ?? '';
  throw new AmiError('refused', `Asterisk tells nothing of peer ${peer}`, { answer: words });
}

/** Undefined when the channel driver that knows this action is not loaded. */
function listOf(upkeep: Upkeep, name: string, endEvent: string): Promise<Frame[] | undefined> {
  return upkeep.run(async (session) => {
    const before = upkeep.residue();
    try {
      return await session.list({ Action: name }, endEvent);
    } catch (error) {
      if (!(error instanceof AmiError) || isDenied(error)) throw error;
      if (error.answer?.startsWith('Invalid/unknown command')) return undefined;
      // `Error` is how a driver says that it has nothing to list; with a frame refused, it was
      // said in chan_pjsip's way, which no strict reader takes.
      const nothing = error.kind === 'refused' || isStrayLineFeed(error, upkeep, before);
      if (nothing) return [];
      throw error;
    }
  });
}

/**
 * chan_pjsip of Asterisk 16 and 22 says `Message: No Contacts found` and `No endpoints found` with
 * a line feed of its own before the line's end.
 */
export const EMPTY_LIST = /^Response: Error\r\nActionID: \w+\r\nMessage: No \w+ found\n$/;

function isStrayLineFeed(error: AmiError, upkeep: Upkeep, before: number): boolean {
  return error.kind === 'protocol' && upkeep.residue() !== before;
}

/** Reports whether the PBX knows the action, and this AMI user may not use it. */
export function isDenied(error: AmiError): boolean {
  return error.answer?.startsWith('Permission denied') ?? false;
}
