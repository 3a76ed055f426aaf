import { isIP } from 'node:net';
import { z } from 'zod';
import { count, issue, matching, path, text } from './fields.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';
import { secretPlace } from './schema-pbx.ts';

/** The `fleet` section as written; without it nothing of a fleet runs. */
/** An example alone: the public key of a seed that was thrown away. */
const OPERATOR = 'UBACMRCNF2RL264QHG7ZQ34XXUMGEA2USEGD4IL7Z7FDCNAGYQGPFLVJ';

export const fleetFile = z
  .strictObject({
    servers: z
      .array(text(serverMistake))
      .min(1)
      .max(16)
      .meta({
        description: 'NATS servers with JetStream (2.9 or newer), tried in turn.',
        examples: [['tls://nats.example.net:4222']],
      }),
    credentials: secretPlace(
      'write { file: /etc/ghostgate/fleet.key }, made by ghostgate fleet keys',
    ).meta({
      description:
        "Where this site's key is kept; it opens NATS and signs what this site tells. Made by `ghostgate fleet keys`.",
      examples: [{ file: '/etc/ghostgate/fleet.key' }],
    }),
    operator: matching(
      '^U[A-Z2-7]{55}$',
      'public key',
      'write what `ghostgate fleet keys` printed for the operator: U and 55 characters',
    ).meta({
      description:
        "The operator's public key: who may order unbans, the allow list and the sites of the fleet.",
      examples: [OPERATOR],
    }),
    ca_file: path()
      .optional()
      .meta({
        description: 'Certificate authority of the servers, where the system does not know it.',
        examples: ['/etc/ghostgate/fleet-ca.pem'],
      }),
    allow_clear_text_over_network: z.boolean().default(false).meta({
      description:
        'Speak to NATS on another machine without TLS. Only over a network that nobody else hears.',
    }),
    share: z.boolean().default(true).meta({
      description:
        "Tell the others this site's own bans, in mode enforce: address, rule, proof, end.",
    }),
    accept: z
      .strictObject({
        proven_from: count(1, 100).default(1).meta({
          description: 'Different sites that must have proof before the source is shut out here.',
        }),
        forgeable_from: count(1, 100).default(3).meta({
          description:
            'Different sites that must say it on evidence with a forgeable sender; a quarantine at most.',
        }),
        bans_per_minute: count(1, 100_000)
          .default(6000)
          .meta({ description: 'Above it sources the fleet tells of are only quarantined.' }),
        site_per_minute: count(1, 10_000).default(120).meta({
          description: 'Notices taken of one site in a minute: the most a stolen one can do.',
        }),
      })
      .prefault({})
      .meta({ description: 'What this site makes of what others tell.' }),
  })
  .superRefine(({ servers, allow_clear_text_over_network: isAllowed }, context) => {
    for (const [at, server] of servers.entries()) {
      if (isAllowed || !URL.canParse(server) || !isClear(server)) continue;
      const message = `NATS in clear text to another machine: ${show(server)}`;
      const hint =
        'write tls://, or allow_clear_text_over_network: true where nobody else can listen';
      context.addIssue(issue({ message, hint }, ['servers', at]));
    }
  })
  .optional()
  .meta({ description: 'What this site shares with others through NATS; docs/fleet.md.' });

function serverMistake(value: string): Mistake | undefined {
  const hint = 'write tls://host:4222, or nats://127.0.0.1:4222 on this machine';
  if (value.length > MOST_CHARS || !URL.canParse(value)) {
    return { message: `not a server: ${show(value)}`, hint };
  }
  const { protocol, username, password, hostname, pathname } = new URL(value);
  if (protocol !== 'tls:' && protocol !== 'nats:') {
    return { message: `not a NATS server: ${show(value)}`, hint };
  }
  if (hostname === '' || pathname.length > 1)
    return { message: `no host and port: ${show(value)}`, hint };
  if (username === '' && password === '') return undefined;
  return { message: 'a secret does not belong in this file', hint };
}

function isClear(server: string): boolean {
  const { protocol, hostname } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isHere =
    host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  return protocol === 'nats:' && !isHere;
}

const MOST_CHARS = 300;
