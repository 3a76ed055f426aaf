import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions, PeerCertificate, TLSSocket } from 'node:tls';
import type { AsteriskPolicy } from '../../policy/policy-pbx.ts';
import type { TlsPolicy } from '../../policy/policy-reach.ts';
import { whyNotFor } from '../../policy/certificate-name.ts';
import { isLoopback } from '../../policy/loopback.ts';
import { AmiError } from './errors.ts';

type Reached = Pick<AsteriskPolicy, 'host' | 'port' | 'tls'>;

/** How the handshake is made. Throws AmiError `refused` when the CA file cannot be read. */
export function tlsOptions({ host, port, tls }: Reached): ConnectionOptions {
  const { caFile, fingerprint, name = host } = wordsOf(tls);
  const trusted = caFile !== undefined || wordsOf(tls).name !== undefined;
  return {
    host,
    port,
    // On loopback there is nobody in between, and Asterisk's certificate is ordinarily self-signed;
    // unless the policy says what it must be. A fingerprint is compared after the handshake.
    rejectUnauthorized: fingerprint === undefined && (trusted || !isLoopback(host)),
    ...(isIP(name) === 0 ? { servername: name } : {}),
    // An address is no SNI (RFC 6066 §3), and is what the certificate must name all the same.
    checkServerIdentity: (_host, certificate) => whyNotFor(name, certificate),
    ...(caFile === undefined ? {} : { ca: readCa(caFile) }),
  };
}

/** What speaks against the certificate after a good handshake; undefined when nothing does. */
export function wrongCertificate(socket: TLSSocket, { host, tls }: Reached): AmiError | undefined {
  const { fingerprint } = wordsOf(tls);
  if (fingerprint === undefined) return undefined;
  const given: Partial<PeerCertificate> = socket.getPeerCertificate();
  const found = (given.fingerprint256 ?? '').replaceAll(':', '').toLowerCase();
  if (found === fingerprint) return undefined;
  return new AmiError('refused', `the certificate of AMI at ${host} is not the one in the policy`, {
    hint:
      `It has the fingerprint ${given.fingerprint256 ?? '(none)'}. If the PBX got a new one: on it, ` +
      'openssl x509 -noout -fingerprint -sha256 -in FILE, with the tlscertfile of manager.conf; else somebody is in between.',
  });
}

/** What a failed handshake means, by the code of OpenSSL or Node; undefined for any other fault. */
export function tlsHint(code: string | undefined, { host, tls }: Reached): string | undefined {
  const { caFile } = wordsOf(tls);
  switch (code ?? '') {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_SIGNATURE_FAILURE':
      return caFile === undefined
        ? 'This machine knows no authority that signed it: name its file, tls: { ca_file: … }, or the one certificate, tls: { fingerprint: … }.'
        : `The authority in ${caFile} did not sign it: fetch the right file from the PBX, or name the one certificate, tls: { fingerprint: … }.`;
    case 'CERT_HAS_EXPIRED':
      return 'Renew the tlscertfile of manager.conf on the PBX, then `manager reload` there; or see whether the clock of this machine is right.';
    case 'CERT_NOT_YET_VALID':
      return 'See whether the clocks of both machines are right.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate is that of another name: write the name it has, tls: { ca_file: …, name: … }, or reach the PBX by it instead of ${host}.`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'What listens there speaks no TLS: its TLS port is tlsbindaddr in manager.conf, ordinarily 5039.';
    default:
      return undefined;
  }
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AmiError('refused', `the authority's file cannot be read: ${why}`, {
      hint: `Put the PEM file there that signed the PBX's certificate: ${file}`,
      cause,
    });
  }
}

function wordsOf(tls: boolean | TlsPolicy): TlsPolicy {
  return typeof tls === 'boolean' ? {} : tls;
}
