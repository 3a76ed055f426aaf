import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { whyNotFor } from '../../src/policy/certificate-name.ts';
import { certificates, whyNoOpenssl } from '../fleet/certificates.ts';
import { tempFolder } from '../store/temp.ts';

/** What stands in a certificate, whom we meant, and whether it is that host's. */
const NAMES: readonly [names: string, host: string, fits: boolean][] = [
  ['DNS:hub.example.net', 'hub.example.net', true],
  ['DNS:hub.example.net', 'other.example.net', false],
  ['IP:192.0.2.7', '192.0.2.7', true],
  ['IP:192.0.2.7', '192.0.2.8', false],
  ['IP:2001:db8::7', '2001:db8::7', true],
  ['IP:2001:db8::7', '2001:db8:0:0:0:0:0:7', true],
  ['IP:2001:db8::7', '2001:db8::8', false],
  ['DNS:hub.example.net', '2001:db8::7', false],
];

test('a certificate is that of the host we meant', { skip: whyNoOpenssl() ?? false }, (t) => {
  const folder = tempFolder(t);
  for (const [at, [names, host, fits]] of NAMES.entries()) {
    const { cert } = certificates(join(folder, String(at)), names);
    const why = whyNotFor(host, new X509Certificate(readFileSync(cert)).toLegacyObject());
    assert.equal(why === undefined, fits, `${names} for ${host}: ${why?.message ?? 'fits'}`);
  }
});
