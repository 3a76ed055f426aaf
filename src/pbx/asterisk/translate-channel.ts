import { cleanText } from '../../event/text.ts';
import type { Frame } from './frame.ts';
import { given } from '../given.ts';

/** An INVITE that the PBX made a channel for. Where it came from must still be asked. */
export interface CallOpened {
  readonly technology: Technology;
  /** The PBX's name for the channel, as it must be written in an action. */
  readonly channel: string;
  readonly callingNumber?: string;
  readonly callingName?: string;
  readonly calledNumber?: string;
  readonly context?: string;
  /** True when a text of the sender held control characters. */
  readonly injected?: boolean;
  /** True when the PBX may have started this call itself: chan_sip prints both alike. */
  readonly maybeOutgoing?: boolean;
}
export type Technology = 'PJSIP' | 'SIP';

/** What a channel frame amounts to; undefined when it is no business of ours. */
export type ChannelNews =
  | { readonly opened: CallOpened }
  /** This channel had a phone called. */
  | { readonly dialled: string }
  /** This channel is gone. */
  | { readonly ended: string }
  | { readonly refused: string }
  | undefined;

export const CHANNEL_EVENTS: ReadonlySet<string> = new Set(['Newchannel', 'DialBegin', 'Hangup']);

/**
 * Translates one frame of the calls session.
 * @param token value that `channelvars` must print as GHOSTGATE_TOKEN; undefined: not checked
 */
export function translateChannel(frame: Frame, token: string | undefined): ChannelNews {
  const { name, fields } = frame;
  if (!CHANNEL_EVENTS.has(name)) return undefined;
  // DialBegin of a call that the PBX itself starts has no calling channel.
  if (name === 'DialBegin' && !fields.has('Channel') && fields.has('DestChannel')) return undefined;
  if (!ordered([...fields.keys()]))
    return { refused: `${name} with its keys not as Asterisk prints` };
  if (token !== undefined && !frame.chanVariables.includes(`GHOSTGATE_TOKEN=${token}`)) {
    return { refused: `${name} without the channel token` };
  }
  const channel = fields.get('Channel') ?? '';
  const technology = technologyOf(channel);
  if (technology === undefined) return undefined;
  if (name === 'DialBegin') return { dialled: channel };
  if (name === 'Hangup') return { ended: channel };
  if (!comesIn(technology, fields)) return undefined;
  const maybeOutgoing = technology === 'SIP' && fields.get('Exten') === 's' ? true : undefined;
  return { opened: { technology, channel, ...textsOf(fields), ...given({ maybeOutgoing }) } };
}

/** Reads `PJSIP/…` or `SIP/…`; undefined for other drivers and for what no channel is named. */
export function technologyOf(channel: string): Technology | undefined {
  if (channel.length > MAX_CHANNEL_CHARS || /\s/.test(channel) || hasBreak(channel)) {
    return undefined;
  }
  if (channel.startsWith('PJSIP/')) return 'PJSIP';
  return channel.startsWith('SIP/') ? 'SIP' : undefined;
}

/** AST_CHANNEL_NAME of Asterisk's channel.h. */
const MAX_CHANNEL_CHARS = 80;

/** A channel snapshot as manager_channels.c prints it: these keys, in this order, none between. */
const SNAPSHOT = [
  'Channel',
  'ChannelState',
  'ChannelStateDesc',
  'CallerIDNum',
  'CallerIDName',
  'ConnectedLineNum',
  'ConnectedLineName',
  'Language',
  'AccountCode',
  'Context',
  'Exten',
  'Priority',
  'Uniqueid',
  'Linkedid',
];

/** A key among the snapshot's that is not Asterisk's came out of a sender's text. */
function ordered(keys: readonly string[]): boolean {
  const first = keys.indexOf('Channel');
  return first !== -1 && SNAPSHOT.every((key, at) => keys[first + at] === key);
}

/**
 * Reports whether a new channel is a call that comes in. chan_pjsip opens those in state 4
 * (Ring), outgoing legs in 0. chan_sip opens both in state 0 (Down); its legs of another call have
 * that one's Linkedid, and a call that the PBX starts itself has the extension `s`, as has an
 * INVITE to no user.
 */
function comesIn(technology: Technology, fields: ReadonlyMap<string, string>): boolean {
  const state = fields.get('ChannelState');
  if (technology === 'PJSIP') return state === '4';
  const own = fields.get('Uniqueid') === fields.get('Linkedid');
  return state === '4' || (state === '0' && own);
}

function textsOf(fields: ReadonlyMap<string, string>) {
  const number = fields.get('CallerIDNum') ?? '';
  const name = fields.get('CallerIDName') ?? '';
  const called = fields.get('Exten') ?? '';
  return given({
    callingNumber: cleanText(number),
    callingName: cleanText(name),
    calledNumber: cleanText(called),
    context: cleanText(fields.get('Context')),
    injected: [number, name, called].some(hasBreak) || undefined,
  });
}

/**
 * Reports whether a text could break out of its line. C0 and DEL only, which are what our event
 * filters' `[[:cntrl:]]` means; the wider class of cleanText holds marks that an honest display
 * name in a right-to-left script may carry.
 */
export function hasBreak(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
  return /[\u0000-\u001f\u007f]/.test(text);
}
