import { z } from 'zod';
import { count, expression, issue, matching, name, port, text, words } from './fields.ts';
import { hostMistake, trunkSourceMistake } from './host-text.ts';
import { sshFile, tlsFile } from './schema-reach.ts';

export const SECRET_HINT = 'write { file: /etc/ghostgate/ami.secret } or { env: AMI_SECRET }';
export const PASSWORD_HINT = 'write { file: /etc/ghostgate/esl.password } or { env: ESL_PASSWORD }';

export const CROWDSEC_HINT =
  'write { file: /etc/ghostgate/crowdsec.password } or { env: CROWDSEC_PASSWORD }';

/** Names of environment variables (POSIX.1 §8.1, lower case as well). */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const NOT_A_VARIABLE = {
  message: 'not the name of a variable',
  hint: 'write its name alone, without $',
};

const secret = secretPlace(SECRET_HINT);

const asterisk = z.strictObject({
  host: text(hostMistake).default('127.0.0.1').meta({ description: 'Where AMI listens.' }),
  port: port().default(5038).meta({ description: 'Port of AMI.' }),
  username: matching(
    '^[^\\s\\[\\]]{1,80}$',
    'user name',
    'as in manager.conf, without spaces',
  ).meta({
    description: 'AMI user, a section of manager.conf.',
    examples: ['ghostgate'],
  }),
  secret: secret.meta({
    description: 'Where its secret is kept; never in this file.',
    examples: [{ file: '/etc/ghostgate/ami.secret' }],
  }),
  tls: tlsFile.default(false).meta({
    description:
      'Speak TLS to AMI. true: its certificate is checked by the authorities of this machine, on loopback not at all. { ca_file: … }: by that authority. { fingerprint: … }: it is the one with this SHA-256.',
  }),
  allow_clear_text_over_network: z.boolean().default(false).meta({
    description:
      'Without TLS, send the secret and every event in clear text to another machine. Only over a network that nobody else hears.',
  }),
  channel_token: secret.optional().meta({
    description:
      'Where the value of the global GHOSTGATE_TOKEN is kept that genuine channel events carry; without it they are not checked for it.',
    examples: [{ file: '/etc/ghostgate/channel.token' }],
  }),
});

const freeswitch = z.strictObject({
  host: text(hostMistake)
    .default('127.0.0.1')
    .meta({ description: 'Where the event socket listens.' }),
  port: port().default(8021).meta({ description: 'Port of the event socket.' }),
  password: secretPlace(PASSWORD_HINT).meta({
    description: 'Where its password is kept; never in this file.',
    examples: [{ file: '/etc/ghostgate/esl.password' }],
  }),
  allow_clear_text_over_network: z.boolean().default(false).meta({
    description:
      'Send the password and every event in clear text to another machine. Only over a network that nobody else hears.',
  }),
});

const pbx = z
  .strictObject({
    name: name().meta({
      description: 'Its name in logs, metrics and notices.',
      examples: ['acme', 'fusion'],
    }),
    asterisk: asterisk.optional().meta({ description: 'An Asterisk, reached over AMI.' }),
    freeswitch: freeswitch
      .optional()
      .meta({ description: 'A FreeSWITCH, reached over its event socket.' }),
    ssh: sshFile.optional().meta({
      description:
        'Reach it through SSH: host and port above are then as that machine sees them, ordinarily 127.0.0.1.',
      examples: [{ host: 'pbx.acme.example', user: 'ghostgate' }],
    }),
  })
  .superRefine((value, context) => {
    if ((value.asterisk === undefined) !== (value.freeswitch === undefined)) return;
    const message = value.asterisk === undefined ? 'is no PBX' : 'is two PBXs';
    context.addIssue(issue({ message, hint: 'write either asterisk: or freeswitch:' }));
  })
  .meta({ oneOf: [{ required: ['asterisk'] }, { required: ['freeswitch'] }] });

/** The `pbxs` list as written. */
export const pbxsFile = z
  .array(pbx)
  .min(1)
  .max(100)
  .meta({ description: 'The PBXs that Ghostgate guards.' });

const callerId = z.strictObject({
  numbers: list('Caller numbers that are junk on this trunk.'),
  names: list('Caller names that are junk on this trunk, in any case.'),
  patterns: patterns('RE2 patterns looked for in caller number and name, in any case: junk.'),
  allowed: patterns(
    "RE2 patterns of which one must be found in a number that is shown, like '^[+]?[0-9]{7,15}$'. None: any number.",
  ),
  anonymous: z.enum(['pass', 'watch', 'reject']).default('pass').meta({
    description: 'Callers who show no number. watch: let through and count.',
  }),
});

/** The `trunks` list as written. */
export const trunksFile = z
  .array(
    z.strictObject({
      name: name().meta({ description: 'Its name in logs and verdicts.', examples: ['gntel'] }),
      sources: z
        .array(text(trunkSourceMistake))
        .min(1)
        .max(1000)
        .meta({
          description:
            'Where its calls come from: addresses, prefixes, or DNS names (SRV, A and AAAA are followed).',
          examples: [['sip.gntel.example', '203.0.113.0/28']],
        }),
      junk_caller_id: z.enum(['reject', 'pass']).default('reject').meta({
        description:
          'Calls over this trunk with a junk caller ID. pass: for a trunk to another PBX of yours, whose extensions may be called 100 or 1000.',
      }),
      caller_id: callerId.prefault({}).meta({
        description:
          "Rules for this trunk's callers alone; a call they refuse is rejected, and the trunk never shut out. With a gate each of its calls then waits some milliseconds for its verdict.",
      }),
    }),
  )
  .max(1000)
  .default([])
  .meta({
    description: "The carriers' links. Their sources are always trusted and never shut out.",
    examples: [[{ name: 'gntel', sources: ['sip.gntel.example', '203.0.113.0/28'] }]],
  });

function list(description: string) {
  return z.array(words()).max(1000).default([]).meta({ description });
}

function patterns(description: string) {
  return z.array(expression()).max(100).default([]).meta({ description });
}

/** Causes of Q.850 are seven bits. */
export const hangupCause = count(1, 127);

/** Where a secret is kept, never the secret. */
export function secretPlace(hint: string) {
  return z
    .strictObject({
      file: words(4096)
        .optional()
        .meta({ description: 'File that holds it and nothing else; readable by its owner only.' }),
      // Somebody may have put the secret itself here: the message does not show it.
      env: text((value) => (VARIABLE.test(value) ? undefined : NOT_A_VARIABLE))
        .optional()
        .meta({ description: 'Environment variable that holds it.' }),
    })
    .superRefine((value, context) => {
      if ((value.file === undefined) !== (value.env === undefined)) return;
      const message = value.file === undefined ? 'names no place' : 'names two places';
      context.addIssue(issue({ message, hint }));
    });
}
