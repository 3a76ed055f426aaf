import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { AsteriskPolicy } from '../../../src/policy/policy-pbx.ts';
import { withLab } from './link-harness.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'ghostgate-tls-'));
  authority('ca');
  authority('other');
  signed('good', 'DNS:pbx.example,IP:127.0.0.1', '2');
  signed('named', 'DNS:pbx.example', '2');
  signed('old', 'IP:127.0.0.1', '-1');
});
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);
const print = (name: string): string =>
  new X509Certificate(readFileSync(file(`${name}.crt`))).fingerprint256
    .replaceAll(':', '')
    .toLowerCase();

const CASES: readonly {
  name: string;
  certificate: string;
  tls: () => AsteriskPolicy['tls'];
  says?: RegExp;
}[] = [
  { name: 'its authority', certificate: 'good', tls: () => ({ caFile: file('ca.crt') }) },
  { name: 'its fingerprint', certificate: 'old', tls: () => ({ fingerprint: print('old') }) },
  { name: 'loopback, and nothing said', certificate: 'old', tls: () => true },
  {
    name: 'another name that it has',
    certificate: 'named',
    tls: () => ({ caFile: file('ca.crt'), name: 'pbx.example' }),
  },
  {
    name: 'another authority',
    certificate: 'good',
    tls: () => ({ caFile: file('other.crt') }),
    says: /The authority in .*other\.crt did not sign it/,
  },
  {
    name: 'a certificate that is over',
    certificate: 'old',
    tls: () => ({ caFile: file('ca.crt') }),
    says: /certificate has expired\. Renew the tlscertfile/,
  },
  {
    name: 'another name',
    certificate: 'named',
    tls: () => ({ caFile: file('ca.crt') }),
    says: /certificate is that of another name/,
  },
  {
    name: 'another fingerprint',
    certificate: 'good',
    tls: () => ({ fingerprint: print('named') }),
    says: /is not the one in the policy\. It has the fingerprint [0-9A-F]{2}:/,
  },
  {
    name: 'a CA file that is not there',
    certificate: 'good',
    tls: () => ({ caFile: '/nonexistent/ca.pem' }),
    says: /authority's file cannot be read/,
  },
];

for (const { name, certificate, tls, says } of CASES) {
  test(`AMI over TLS, ${name}: ${says === undefined ? 'up' : 'refused, with what to do'}`, async () => {
    let amiPort = 0;
    const front = await tlsFront(certificate, () => amiPort);
    try {
      await withLab(
        { policy: { tls: tls(), port: front.port }, prepare: ({ port }) => (amiPort = port) },
        async (lab) => {
          await lab.until(
            () => lab.pbx.status().state === 'up' || lab.pbx.status().problem !== undefined,
          );
          if (says === undefined) return assert.equal(lab.pbx.status().problem, undefined);
          assert.match(lab.pbx.status().problem ?? '', says);
          assert.equal(lab.pbx.status().state, 'refused');
        },
      );
    } finally {
      front.stop();
    }
  });
}

/** Speaks TLS and hands on what is in it, as Asterisk's own port does. */
async function tlsFront(certificate: string, port: () => number) {
  const pem = {
    cert: readFileSync(file(`${certificate}.crt`)),
    key: readFileSync(file(`${certificate}.key`)),
  };
  const server = createServer(pem, (socket) => {
    const inner = connect(port(), '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    inner.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line no-unsafe-type-assertion -- a TCP server has an AddressInfo.
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
}

function authority(name: string): void {
  openssl(...newKey(name), '-x509', '-days', '2', '-subj', `/CN=${name}`, '-out', `${name}.crt`);
}

function signed(name: string, names: string, days: string): void {
  openssl(
    ...newKey(name),
    '-subj',
    `/CN=${name}`,
    '-addext',
    `subjectAltName=${names}`,
    '-out',
    `${name}.csr`,
  );
  openssl(
    ...`x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -copy_extensions copy`.split(' '),
    '-days',
    days,
    '-out',
    `${name}.crt`,
  );
}

function newKey(name: string): string[] {
  const curve = 'ec -pkeyopt ec_paramgen_curve:prime256v1';
  return `req -new -newkey ${curve} -nodes -keyout ${name}.key`.split(' ');
}
