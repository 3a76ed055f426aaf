import { randomBytes } from 'node:crypto';

/** One SIP request of the canary's, without authentication. */
export interface CanaryCall {
  readonly method: 'INVITE' | 'REGISTER';
  readonly host: string;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
  /** User part of From. */
  readonly caller: string;
  /** User part of the request URI. */
  readonly called: string;
  readonly userAgent: string;
}

/** The request as it goes out (RFC 3261 §8.1.1). Everything in it is ours. */
export function requestText(call: CanaryCall): string {
  const { method, host, port, localHost, localPort, caller, called, userAgent } = call;
  const server = bracketed(host);
  const local = `${bracketed(localHost)}:${localPort}`;
  const body = method === 'INVITE' ? offer(localHost) : '';
  const target =
    method === 'REGISTER' ? `sip:${server}:${port}` : `sip:${called}@${server}:${port}`;
  const to = method === 'REGISTER' ? caller : called;
  return [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${local};branch=z9hG4bK${random()};rport`,
    `From: <sip:${caller}@${server}>;tag=${random()}`,
    `To: <sip:${to}@${server}>`,
    `Call-ID: ${random()}@ghostgate`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${caller}@${local}>`,
    'Max-Forwards: 70',
    `User-Agent: ${userAgent}`,
    ...(method === 'REGISTER' ? ['Expires: 60'] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/**
 * What ends the call, whatever was answered: ACK for a refusal (§17.1.1.3), CANCEL while it rings
 * (§9.1), ACK and BYE for whoever answered (§13.2.2.4, §15.1.1).
 */
export function endings(call: CanaryCall, request: string, answer: string): string[] {
  const status = Number(/^SIP\/2\.0 (\d{3}) /.exec(answer)?.[1] ?? 0);
  const target = /^\w+ (\S+)/.exec(request)?.[1] ?? '';
  const follow = (method: string, cseq: number, to: string, via: string): string =>
    [
      `${method} ${target} SIP/2.0`,
      via,
      header(request, 'From'),
      to,
      header(request, 'Call-ID'),
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
      `User-Agent: ${call.userAgent}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  const via = header(request, 'Via');
  const fresh = via.replace(/branch=[^;]+/, `branch=z9hG4bK${random()}`);
  const to = header(answer, 'To');
  if (call.method !== 'INVITE' || status <= 100) return [];
  if (status < 200) return [follow('CANCEL', 1, header(request, 'To'), via)];
  if (status >= 300) return [follow('ACK', 1, to, via)];
  return [
    follow('ACK', 1, to, fresh),
    follow('BYE', 2, to, fresh.replace(/branch=/, 'branch=z9hG4bKb')),
  ];
}

function header(message: string, name: string): string {
  const found = message
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return (found ?? `${name}: `).slice(0, 1024);
}

/** G.711, for nobody ever hears it. */
function offer(host: string): string {
  const family = host.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=- 1 1 IN ${family} ${host}`,
    's=-',
    `c=IN ${family} ${host}`,
    't=0 0',
    'm=audio 9 RTP/AVP 0 8',
    '',
  ].join('\r\n');
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function random(): string {
  return randomBytes(8).toString('hex');
}
