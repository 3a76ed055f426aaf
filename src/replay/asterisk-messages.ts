import type { PlainEvent, Source, Transport } from '../event/sip-event.ts';
import { parseHostPort, source } from '../event/source.ts';
import { cleanText } from '../event/text.ts';
import type { AsteriskLine } from './asterisk-prefix.ts';
import type { LineNews } from './news.ts';

/**
 * One NOTICE or WARNING line of `messages`. The From header and the Call-ID stand in them as the
 * sender wrote them, quotation marks and all: each shape is read from the side on which nothing of
 * his stands, and where both sides are his a line that could be read in two ways is refused.
 */
export function messageNews(line: AsteriskLine, pbx: string): LineNews {
  const shape = SHAPES.find(({ file, begins }) => {
    return file === line.file && line.message.startsWith(begins);
  });
  return shape?.read(line, pbx);
}

interface Shape {
  readonly file: string;
  readonly begins: string;
  read(line: AsteriskLine, pbx: string): LineNews;
}

const SHAPES: readonly Shape[] = [
  { file: 'chan_sip.c', begins: "Registration from '", read: sipRegistration },
  { file: 'res_pjsip/pjsip_distributor.c', begins: "Request '", read: pjsipRequest },
  { file: 'chan_sip.c', begins: "Call from '", read: sipUnknownExtension },
  { file: 'res_pjsip_session.c', begins: '', read: pjsipUnknownExtension },
];

/** handle_request_register: `Registration from 'TO HEADER' failed for 'ADDRESS' - REASON`. */
function sipRegistration(line: AsteriskLine, pbx: string): LineNews {
  // The last of all possible places: after it stands nothing but the address and our own words.
  const at = line.message.lastIndexOf("' failed for '");
  const [, address, reason = ''] =
    /^' failed for '([^' ]+)' - ([A-Za-z/ ]+)$/.exec(line.message.slice(Math.max(0, at))) ?? [];
  const kind = SIP_REASONS.get(reason);
  const to = line.message.slice("Registration from '".length, Math.max(0, at));
  return failure(line, pbx, kind, sourceOf(address), userOf(to));
}

const SIP_REASONS: ReadonlyMap<string, PlainEvent['kind']> = new Map([
  ['Wrong password', 'auth-failure'],
  ['Username/auth name mismatch', 'auth-failure'],
  ['No matching peer found', 'unknown-account'],
  ['Not a local domain', 'unknown-account'],
  ['Peer is not supposed to register', 'unknown-account'],
  ['Device does not match ACL', 'acl-denied'],
  ['ACL error (permit/deny)', 'acl-denied'],
]);

/**
 * log_failed_request: `Request 'METHOD' from 'FROM HEADER' failed for 'ADDRESS' (callid: CALL-ID)
 * - REASON`: the sender's text on both sides of the address.
 */
function pjsipRequest(line: AsteriskLine, pbx: string): LineNews {
  const halves = line.message.split("' failed for '");
  const [from = '', rest = ''] = halves;
  const [, address, callId, reason = ''] =
    /^([^' ]+)' \(callid: ([^)]*)\) - ([A-Za-z ]+?)(?: after \d+ tries in [\d.]+ ms)?$/.exec(
      rest,
    ) ?? [];
  if (halves.length !== 2) return { refused: 'crafted', taints: false };
  const kind = PJSIP_REASONS.get(reason);
  const account = /<sips?:([^@>]*)@[^>]*>$/i.exec(from)?.[1];
  return failure(line, pbx, kind, sourceOf(address), account, callId);
}

const PJSIP_REASONS: ReadonlyMap<string, PlainEvent['kind']> = new Map([
  ['Failed to authenticate', 'auth-failure'],
  ['No matching endpoint found', 'unknown-account'],
  ['Not match Endpoint ACL', 'acl-denied'],
  ['Not match Endpoint Contact ACL', 'acl-denied'],
]);

/** `Call from 'PEER' (ADDRESS) to extension 'DIALLED' rejected because …`: the address comes first. */
function sipUnknownExtension(line: AsteriskLine, pbx: string): LineNews {
  const parts =
    /^Call from '[^']*' \(([^() ]+)\) to extension '(.*)' rejected because extension not found in context '[^']*'\.$/.exec(
      line.message,
    );
  return unknownExtension(line, pbx, sourceOf(parts?.[1]), parts?.[2]);
}

/** ` ENDPOINT: Call (UDP:ADDRESS) to extension 'DIALLED' rejected because …`. */
function pjsipUnknownExtension(line: AsteriskLine, pbx: string): LineNews {
  if (!line.message.includes(' rejected because extension not found')) return undefined;
  const parts =
    /^ ?[^:']{1,80}: Call \(([A-Z]{2,3}):([^() ]+)\) to extension '(.*)' rejected because extension not found in context '[^']*'\.$/.exec(
      line.message,
    );
  return unknownExtension(
    line,
    pbx,
    sourceOf(parts?.[2], TRANSPORTS.get(parts?.[1] ?? '')),
    parts?.[3],
  );
}

const TRANSPORTS: ReadonlyMap<string, Transport> = new Map([
  ['UDP', 'udp'],
  ['TCP', 'tcp'],
  ['TLS', 'tls'],
  ['WS', 'ws'],
  ['WSS', 'wss'],
]);

/** A guest's INVITE to a number that leads nowhere: the dialplan took the call, then had no place for it. */
function unknownExtension(
  { seenAt }: AsteriskLine,
  pbx: string,
  from: Source | undefined,
  dialled: string | undefined,
): LineNews {
  if (from === undefined) return { refused: 'crafted', taints: true };
  const calledNumber = cleanText(dialled);
  return {
    event: {
      kind: 'call',
      pbx,
      seenAt,
      source: from,
      proof: 'forgeable',
      channel: 'not in the log',
      ...(calledNumber === undefined ? {} : { calledNumber }),
    },
  };
}

function failure(
  { seenAt }: AsteriskLine,
  pbx: string,
  kind: PlainEvent['kind'] | undefined,
  from: Source | undefined,
  account: string | undefined,
  callId?: string,
): LineNews {
  if (kind === undefined || from === undefined) return { refused: 'crafted', taints: false };
  const told = { account: cleanText(account), callId: cleanText(callId) };
  return {
    event: {
      kind,
      pbx,
      seenAt,
      source: from,
      proof: 'forgeable',
      ...(told.account === undefined ? {} : { account: told.account }),
      ...(told.callId === undefined ? {} : { callId: told.callId }),
    },
    toldTwice: true,
  };
}

/** A NOTICE does not say over which transport, but for the dialplan's. */
function sourceOf(text: string | undefined, transport: Transport = 'unknown'): Source | undefined {
  const parsed = text === undefined ? undefined : parseHostPort(text);
  return parsed === undefined ? undefined : source(parsed.address, parsed.port, transport);
}

function userOf(header: string): string | undefined {
  return /<?sips?:([^@>;]*)@/i.exec(header)?.[1];
}
