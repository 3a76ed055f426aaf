import { createHash, randomBytes } from 'node:crypto';

/** What one request of the lab's client says. Every text goes out as it is: attacks need that. */
export interface Request {
  readonly method: 'REGISTER' | 'INVITE' | 'OPTIONS';
  readonly host: string;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
  readonly transport: 'udp' | 'tcp';
  readonly user: string;
  readonly called?: string;
  readonly fromHost?: string;
  readonly userAgent?: string;
  readonly contact?: string;
  readonly expires?: number;
  readonly callId: string;
  readonly cseq: number;
  /** A whole Authorization header, without line end. */
  readonly authorization?: string;
}

export function write(request: Request): string {
  const { method, transport, callId, cseq, user } = request;
  const host = bracketed(request.host);
  const local = `${bracketed(request.localHost)}:${request.localPort}`;
  const called = request.called ?? user;
  const body = method === 'INVITE' ? sdp(request.localHost) : '';
  const target =
    method === 'REGISTER' ? `sip:${host}:${request.port}` : `sip:${called}@${host}:${request.port}`;
  return [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${local};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
    `From: <sip:${user}@${request.fromHost ?? host}>;tag=${randomBytes(4).toString('hex')}`,
    `To: <sip:${called}@${host}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:${request.contact ?? `${plain(user)}@${local}`}>`,
    'Max-Forwards: 70',
    `User-Agent: ${request.userAgent ?? 'friendly-scanner'}`,
    ...(method === 'REGISTER' ? [`Expires: ${request.expires ?? 60}`] : []),
    ...(request.authorization === undefined ? [] : [request.authorization]),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** The ACK that ends a refused INVITE (RFC 3261 17.1.1.3): the same branch, the answer's To. */
export function acknowledge(invite: string, answer: string): string {
  const target = /^INVITE (\S+)/.exec(invite)?.[1] ?? '';
  return [
    `ACK ${target} SIP/2.0`,
    header(invite, 'Via'),
    header(invite, 'From'),
    header(answer, 'To'),
    header(invite, 'Call-ID'),
    header(invite, 'CSeq').replace('INVITE', 'ACK'),
    'Max-Forwards: 70',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Answers a digest challenge (RFC 2617, MD5, with or without qop). */
export function answerTo(challenge: string, request: Request, password: string): string {
  const field = (name: string) =>
    new RegExp(`${name}="?([^",]*)"?`, 'i').exec(challenge)?.[1] ?? '';
  const proxy = /^Proxy-Authenticate/im.test(challenge);
  const uri = `sip:${bracketed(request.host)}:${request.port}`;
  const realm = field('realm');
  const nonce = field('nonce');
  const ha1 = md5(`${request.user}:${realm}:${password}`);
  const ha2 = md5(`${request.method}:${uri}`);
  const cnonce = randomBytes(4).toString('hex');
  const withQop = /qop=/i.test(challenge);
  const response = withQop
    ? md5(`${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}`)
    : md5(`${ha1}:${nonce}:${ha2}`);
  const parts = [
    `username="${request.user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    'algorithm=MD5',
    ...(withQop ? [`cnonce="${cnonce}"`, 'nc=00000001', 'qop=auth'] : []),
    ...(field('opaque') === '' ? [] : [`opaque="${field('opaque')}"`]),
  ];
  return `${proxy ? 'Proxy-Authorization' : 'Authorization'}: Digest ${parts.join(', ')}`;
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}:.*$`, 'im').exec(text)?.[0]?.trimEnd() ?? '';
}

function sdp(host: string): string {
  const family = host.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=- 1 1 IN ${family} ${host}`,
    's=-',
    `c=IN ${family} ${host}`,
    't=0 0',
    'm=audio 40000 RTP/AVP 0',
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n');
}

/** A contact has to parse even when the From user is an attack. */
function plain(user: string): string {
  return /^[\w+.-]{1,40}$/.test(user) ? user : 'x';
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
