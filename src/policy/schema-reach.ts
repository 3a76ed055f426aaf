import { z } from 'zod';
import { issue, matching, port, text } from './fields.ts';
import { hostMistake } from './host-text.ts';

/** OpenSSH splits such values at spaces and puts its own words in for those with a %. */
const FILE = '^/[^\\s%"\'\\\\]{1,1000}$';
const FILE_HINT = 'an absolute path without spaces, quotes and %';

/** How a PBX on another machine is reached through SSH. */
export const sshFile = z.strictObject({
  host: text(hostMistake).meta({
    description: 'The machine with the PBX.',
    examples: ['pbx.acme.example'],
  }),
  port: port().default(22).meta({ description: 'Port of its SSH.' }),
  user: matching('^[A-Za-z_][A-Za-z0-9_.-]{0,31}$', 'user name', 'as in /etc/passwd there')
    .default('ghostgate')
    .meta({ description: 'User there, who needs no shell.' }),
  identity_file: matching(FILE, 'path of a file', FILE_HINT)
    .default('/etc/ghostgate/ssh.key')
    .meta({ description: 'Private key without a passphrase, readable by its owner only.' }),
  known_hosts_file: matching(FILE, 'path of a file', FILE_HINT)
    .default('/etc/ghostgate/known_hosts')
    .meta({ description: 'Keys of the machines that are believed; none is learned by itself.' }),
});

/** Whom AMI over TLS is believed to be. */
export const tlsFile = z.union([
  z.boolean(),
  z
    .strictObject({
      ca_file: matching(FILE, 'path of a file', FILE_HINT)
        .optional()
        .meta({
          description:
            'PEM file of the authority, or of the certificate itself where it signs itself.',
          examples: ['/etc/ghostgate/acme-ca.pem'],
        }),
      fingerprint: matching(
        '^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$',
        'SHA-256 fingerprint',
        'as openssl x509 -noout -fingerprint -sha256 prints it: 64 digits, colons between them or not',
      )
        .optional()
        .meta({
          description: 'SHA-256 of the one certificate that is believed, whoever signed it.',
        }),
      name: text(hostMistake)
        .optional()
        .meta({
          description: 'Name in the certificate, where it is not the host.',
          examples: ['pbx.acme.example'],
        }),
    })
    .superRefine((value, context) => {
      if (Object.keys(value).length === 0) {
        const hint = 'write tls: true, or { ca_file: … } or { fingerprint: … } in it';
        context.addIssue(issue({ message: 'says nothing', hint }));
      }
      if (value.fingerprint === undefined) return;
      if (value.ca_file === undefined && value.name === undefined) return;
      const message = 'a fingerprint stands alone: the one certificate is believed as it is';
      const hint = 'take ca_file and name out, or the fingerprint';
      context.addIssue(issue({ message, hint }, ['fingerprint']));
    }),
]);
