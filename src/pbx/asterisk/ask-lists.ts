import type { Registration } from '../../event/sip-event.ts';
import { AmiError } from './errors.ts';
import type { Frame } from './frame.ts';
import type { AmiSession } from './session.ts';
import {
  contactRegistrations,
  endpointRow,
  peerChallenged,
  peerRegistration,
} from './translate-list.ts';

/** Most registrations kept: more than one PBX serves. */
const MAX_REGISTRATIONS = 50_000;

/** Every live registration, chan_pjsip's and chan_sip's. Rejects as AmiSession.list. */
export async function askRegistrations(session: AmiSession): Promise<Registration[]> {
  const contacts = await listOf(session, 'PJSIPShowContacts', 'ContactListComplete');
  const peers = await listOf(session, 'SIPpeers', 'PeerlistComplete');
  const live = [
    ...contacts.filter((frame) => frame.name === 'ContactList').flatMap(contactRegistrations),
    ...peers.filter((frame) => frame.name === 'PeerEntry').flatMap(peerRegistration),
  ];
  return live.slice(0, MAX_REGISTRATIONS);
}

/** Endpoints of chan_pjsip, each with whether it is challenged. */
export async function askEndpoints(session: AmiSession): Promise<Map<string, boolean>> {
  const frames = await listOf(session, 'PJSIPShowEndpoints', 'EndpointListComplete');
  const endpoints = new Map<string, boolean>();
  for (const frame of frames) {
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

/**
 * `Error` is an ordinary answer: the channel driver is not loaded (unknown action), or has
 * nothing to list (`No Contacts found`). Missing rights are not.
 */
async function listOf(session: AmiSession, name: string, endEvent: string): Promise<Frame[]> {
  try {
    return await session.list({ Action: name }, endEvent);
  } catch (error) {
    if (error instanceof AmiError && error.kind === 'refused' && !isDenied(error)) return [];
    throw error;
  }
}

/** Reports whether the PBX knows the action, and this AMI user may not use it. */
export function isDenied(error: AmiError): boolean {
  return error.answer?.startsWith('Permission denied') ?? false;
}
