import type { AmiSession } from './session.ts';
import type { Technology } from './translate-channel.ts';

/** What the PBX itself says of a channel, asked under an ActionID nobody can guess. */
export interface ChannelAnswers {
  /** `198.18.11.20:52180`, `[2001:db8::1]:47490`, or an address alone; empty when unknown. */
  readonly remote: string;
  readonly userAgent: string;
  /** Configured endpoint (chan_pjsip) or peer (chan_sip); `anonymous` or empty for a guest. */
  readonly endpoint: string;
  readonly callId: string;
  /** The whole From header. */
  readonly from: string;
  /** Host of the INVITE's request URI; empty for what the PBX itself sent. Asked of chan_sip only. */
  readonly domain: string;
}

/** How long a PBX may take to say whose call it is; it takes a millisecond. */
const ANSWER_MS = 2000;

/** Value of a channel variable or function; empty when the PBX does not know. Rejects as AmiSession. */
export async function getvar(
  session: AmiSession,
  channel: string,
  variable: string,
  timeoutMs = ANSWER_MS,
): Promise<string> {
  const action = { Action: 'Getvar', Channel: channel, Variable: variable };
  const answer = await session.request(action, timeoutMs);
  return answer.name === 'Success' ? (answer.fields.get('Value') ?? '') : '';
}

/** Asks all at once, so that the whole costs one round trip. Rejects as AmiSession. */
export async function askChannel(
  session: AmiSession,
  technology: Technology,
  channel: string,
): Promise<ChannelAnswers> {
  const told = { ...NOTHING };
  const asked = QUESTIONS[technology].map(async ([what, variable]) => {
    told[what] = await getvar(session, channel, variable);
  });
  await Promise.all(asked);
  return told;
}

const NOTHING = { remote: '', userAgent: '', endpoint: '', callId: '', from: '', domain: '' };
type Question = readonly [what: keyof ChannelAnswers, variable: string];

// Never `Via` or the transport parameter: those are the sender's own words. chan_sip's recvip is
// where the packet came from; it does not tell the port, and names no guest (peername is empty).
const QUESTIONS: Readonly<Record<Technology, readonly Question[]>> = {
  PJSIP: [
    ['remote', 'CHANNEL(pjsip,remote_addr)'],
    ['userAgent', 'PJSIP_HEADER(read,User-Agent)'],
    ['endpoint', 'CHANNEL(endpoint)'],
    ['callId', 'CHANNEL(pjsip,call-id)'],
    ['from', 'PJSIP_HEADER(read,From)'],
  ],
  SIP: [
    ['remote', 'CHANNEL(recvip)'],
    ['userAgent', 'CHANNEL(useragent)'],
    ['endpoint', 'CHANNEL(peername)'],
    ['from', 'SIP_HEADER(From)'],
    ['domain', 'SIPDOMAIN'],
  ],
};
