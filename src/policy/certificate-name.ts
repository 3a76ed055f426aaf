import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import { checkServerIdentity } from 'node:tls';

/**
 * Why this certificate is not that of the host we meant; undefined when it is. As Node's own, but
 * right for IPv6 too: Node 22.23 takes every address of it for a name, and so for a wrong one.
 * @param host a name, or an address without brackets
 */
export function whyNotFor(host: string, certificate: PeerCertificate): Error | undefined {
  const why = checkServerIdentity(host, certificate);
  if (why === undefined || isIP(host) !== 6) return why;
  const names = new X509Certificate(certificate.raw).checkIP(host);
  return names === undefined ? why : undefined;
}
