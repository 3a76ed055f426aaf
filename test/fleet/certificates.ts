import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why there is nothing to make certificates with; undefined when there is. */
export function whyNoOpenssl(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no openssl is installed';
  }
}

export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A CA and a server's certificate signed by it. @param names as OpenSSL writes them: `DNS:…,IP:…` */
export function certificates(folder: string, names: string): Certificates {
  mkdirSync(folder);
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    `/CN=Test CA ${folder.slice(-6).replaceAll('/', '')}`,
  );
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=nats');
  writeFileSync(at('names'), `subjectAltName=${names}\n`);
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-days',
    '2',
    '-extfile',
    'names',
  );
  return { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') };
}
