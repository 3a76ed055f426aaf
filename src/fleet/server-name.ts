import type { PeerCertificate } from 'node:tls';
import { isIP } from 'node:net';
import { whyNotFor } from '../policy/certificate-name.ts';

/**
 * Whether the certificate is for one of the servers that are asked for. The library names no
 * server when its address stands in the policy, and Node then looks for `localhost` in the
 * certificate: neither the right one would do, nor a wrong one be found out.
 */
export function identityOf(servers: readonly string[]) {
  const hosts = servers.map((server) => new URL(server).hostname.replace(/^\[|\]$/g, ''));
  const meant = hosts.filter((host) => isIP(host) !== 0 || host === 'localhost');
  return (name: string, certificate: PeerCertificate): Error | undefined => {
    if (name !== 'localhost' || meant.length === 0) return whyNotFor(name, certificate);
    const wrong = meant.map((host) => whyNotFor(host, certificate));
    return wrong.includes(undefined) ? undefined : wrong[0];
  };
}
