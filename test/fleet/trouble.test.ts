import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { identityOf } from '../../src/fleet/server-name.ts';
import { troubleIn } from '../../src/fleet/trouble.ts';

const withCode = (code: string, message = 'x'): Error =>
  Object.assign(new Error(message), { code });

const troubles: readonly [error: unknown, caFile: string | undefined, RegExp][] = [
  [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), undefined, /^x: no CA that this machine knows/],
  [withCode('SELF_SIGNED_CERT_IN_CHAIN'), '/etc/ca.pem', /not signed by the CA in \/etc\/ca\.pem/],
  [withCode('CERT_HAS_EXPIRED'), undefined, /renew .* clock/],
  [new Error('y', { cause: withCode('CERT_HAS_EXPIRED') }), undefined, /^y: renew/],
  [new Error("/etc/ca.pem doesn't exist"), '/etc/ca.pem', /a file that ghostgate can read/],
  [new Error('connection refused'), '/etc/ca.pem', /^connection refused$/],
  [new Error('', { cause: new Error('below') }), undefined, /^below$/],
  ['text', undefined, /^text$/],
];

test('what kept a connection from coming about, with what to do', () => {
  for (const [error, caFile, wanted] of troubles) assert.match(troubleIn(error, caFile), wanted);
});

const certificates: readonly [
  servers: readonly string[],
  asked: string,
  names: string,
  fits: boolean,
][] = [
  [['tls://hub.example.net:4222'], 'hub.example.net', 'DNS:hub.example.net', true],
  [['tls://hub.example.net:4222'], 'hub.example.net', 'DNS:localhost', false],
  [['tls://192.0.2.7:4222'], 'localhost', 'IP Address:192.0.2.7', true],
  [['tls://192.0.2.7:4222'], 'localhost', 'DNS:localhost', false],
  [['tls://192.0.2.7:4222'], 'localhost', 'IP Address:192.0.2.8', false],
  [['tls://192.0.2.7:4222', 'tls://192.0.2.8:4222'], 'localhost', 'IP Address:192.0.2.8', true],
  [['tls://localhost:4222'], 'localhost', 'DNS:localhost', true],
];

test('a certificate is held against the servers that are asked for', () => {
  for (const [servers, asked, subjectaltname, fits] of certificates) {
    const certificate = { subject: { CN: 'x' }, subjectaltname } as unknown as PeerCertificate;
    const why = identityOf(servers)(asked, certificate);
    assert.equal(why === undefined, fits, `${servers.join(' ')} ${subjectaltname}`);
  }
});
