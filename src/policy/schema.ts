import { z } from 'zod';
import { parseHostPort } from '../event/source.ts';
import {
  count,
  duration,
  ladder,
  matching,
  name,
  path,
  socketPath,
  text,
  words,
} from './fields.ts';
import { networkMistake } from './network-text.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';
import { enforceFile } from './schema-enforce.ts';
import { fleetFile } from './schema-fleet.ts';
import { feedsFile, geoFile } from './schema-feeds.ts';
import { notifyFile } from './schema-notify.ts';
import { pageFile } from './schema-page.ts';
import { hangupCause, pbxsFile, trunksFile } from './schema-pbx.ts';
import { rulesFile } from './schema-rules.ts';

/** Folder of the database where the policy names none. */
export const DEFAULT_STORE = '/var/lib/ghostgate';

const trust = z.strictObject({
  networks: z
    .array(text((value) => networkMistake(value)))
    .max(10_000)
    .default([])
    .meta({
      description: 'Addresses and prefixes that may call and are never shut out: offices, phones.',
      examples: [['10.20.0.0/16']],
    }),
  registered: z
    .boolean()
    .default(true)
    .meta({ description: 'A source with a live registration may call.' }),
});

const calls = z.strictObject({
  from_strangers: z.enum(['reject', 'watch', 'pass']).default('reject').meta({
    description:
      'Calls from a source nobody vouches for. reject: refuse. watch: let through and count. pass: let through.',
  }),
  hangup_cause: hangupCause
    .default(21)
    .meta({ description: 'Q.850 cause of a rejected call; 21 makes Asterisk answer 403.' }),
  kill_cause: matching(
    '^[A-Z][A-Z0-9_]{2,63}$',
    'hang-up cause',
    'as FreeSWITCH writes it, like CALL_REJECTED',
  )
    .default('CALL_REJECTED')
    .meta({
      description:
        'FreeSWITCH hang-up cause of a rejected call; CALL_REJECTED makes it answer 603.',
    }),
});

const gate = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description:
      "true once the gate stands in the PBX's dialplan (`ghostgate install` puts it there): no call of a stranger rings before it is judged.",
  }),
  when_away: z.enum(['trusted_only', 'pass']).default('trusted_only').meta({
    description:
      'What the PBX does with strangers by itself while Ghostgate is away or does not answer in a tenth of a second. trusted_only: refuse them. pass: let them through.',
  }),
  trust_for: duration().default('7d').meta({
    description:
      'How long the PBX may go on alone by what it was told last: then trunks and networks are strangers to it, and strangers pass.',
  }),
});

const jail = z.strictObject({
  time: ladder(duration()).default(['1h', '1d', '7d', '30d']).meta({
    description: 'How long a source is shut out: first time, second time, … The last step repeats.',
  }),
  // Nothing a stranger can forge may shut out a third party for long.
  quarantine: ladder(duration(86_400)).default(['10m', '1h', '6h']).meta({
    description: 'The same on evidence with a forgeable sender: a day at the most.',
  }),
  grace: duration()
    .default('1h')
    .meta({ description: 'How long an address that a person released stays free.' }),
  forget: duration().default('30d').meta({
    description:
      'Quiet time that takes one step back: each such time without a ban shortens the next.',
  }),
  ipv6_prefix: count(48, 128)
    .default(64)
    .meta({ description: 'IPv6 sources are judged and shut out by prefixes of this length.' }),
});

/** The policy file as written, defaults included: the one place where they stand. */
export const policyFile = z
  .strictObject({
    site: name().meta({
      description: 'Name of this site in logs, metrics and notices.',
      examples: ['acme-hq'],
    }),
    mode: z
      .enum(['observe', 'enforce'])
      .default('observe')
      .meta({
        description: 'observe: judge and log only. enforce: reject calls and shut sources out.',
        examples: ['observe'],
      }),
    extends: words(4096)
      .optional()
      .meta({
        description:
          'Another policy file that this one builds on, relative to it; `fleet`: what the operator of the fleet publishes (docs/fleet.md). Maps are merged key by key; lists and values of this file take the place of those below.',
        examples: ['base.yaml'],
      }),
    pbxs: pbxsFile,
    trunks: trunksFile,
    trust: trust.prefault({}).meta({ description: 'Who else is trusted.' }),
    calls: calls.prefault({}).meta({ description: 'What happens to calls.' }),
    feeds: feedsFile,
    geo: geoFile,
    fleet: fleetFile,
    gate: gate
      .prefault({})
      .meta({ description: 'The step in the dialplan where a call waits for its verdict.' }),
    rules: rulesFile,
    jail: jail.prefault({}).meta({ description: 'For how long. Every ban ends by itself.' }),
    shield: z
      .strictObject({
        accounts: count(2, 256).default(10).meta({
          description:
            "Different accounts tried from it, in account-sweep's time, before it is shut out all the same.",
        }),
      })
      .prefault({})
      .meta({ description: 'What protects a source that holds a live registration.' }),
    breaker: z
      .strictObject({
        bans_per_minute: count(1, 100_000)
          .default(120)
          .meta({ description: 'Above it sources are only quarantined, and an alert is raised.' }),
        good_call: duration()
          .default('1d')
          .meta({ description: 'A source with a good call this recent is not shut out.' }),
        good_traffic: z
          .strictObject({
            limit: count(0, 1_000_000).default(3).meta({
              description: 'Good calls, and days with a registration, each counting one.',
            }),
            within: duration(30 * 86_400)
              .default('1w')
              .meta({ description: 'Time in which they are counted.' }),
          })
          .prefault({})
          .meta({
            description:
              'Blast radius: a source with more good traffic than this is not shut out; the operator gets a notice.',
          }),
      })
      .prefault({})
      .meta({ description: 'What stops bans that would do harm.' }),
    enforce: enforceFile,
    enforce_here: z.boolean().default(false).meta({
      description:
        "true where the enforcers of this machine guard PBXs of other machines: this is the gateway that all their SIP passes, or the PBX's own files lie here.",
    }),
    memory: z
      .strictObject({
        sources: count(1000, 2_000_000)
          .default(100_000)
          .meta({ description: 'Sources remembered at once; the oldest quietest goes first.' }),
      })
      .prefault({})
      .meta({ description: 'Bounds of what is remembered.' }),
    store: z
      .strictObject({
        path: path().default(DEFAULT_STORE).meta({ description: 'Folder of the database.' }),
        keep: duration().default('30d').meta({ description: 'How long verdicts are kept.' }),
      })
      .prefault({})
      .meta({ description: 'What survives a restart.' }),
    capture: z
      .strictObject({
        days: count(0, 3650)
          .default(7)
          .meta({ description: 'Days that judged events are kept; 0 keeps none.' }),
        megabytes: count(0, 100_000)
          .default(100)
          .meta({ description: 'Most room they may take; the oldest go first.' }),
      })
      .prefault({})
      .meta({
        description:
          'The journal of judged events, beside the database: for `ghostgate replay` and `capture`.',
      }),
    control: z
      .strictObject({
        socket: socketPath()
          .default('/run/ghostgate/ghostgate.sock')
          .meta({ description: 'Unix socket. The variable GHOSTGATE_SOCKET overrides it.' }),
      })
      .prefault({})
      .meta({ description: 'Where commands reach the daemon.' }),
    metrics: z
      .strictObject({
        listen: z
          .union([text(listenMistake), z.literal(false)])
          .default('127.0.0.1:9867')
          .meta({ description: 'Loopback address and port, or off.' }),
      })
      .prefault({})
      .meta({ description: 'Figures for Prometheus.' }),
    page: pageFile.optional().meta({
      description:
        'The page and its API: what happens now and happened before, bans and their end. Off unless this block is there.',
    }),
    notify: notifyFile,
    report: z
      .strictObject({
        name: words(80)
          .optional()
          .meta({ description: 'Who gives it to the customer.', examples: ['Acme IT Services'] }),
        logo: path()
          .optional()
          .meta({
            description: 'Their logo, a PNG or JPEG of at most 256 kB.',
            examples: ['/etc/ghostgate/logo.png'],
          }),
      })
      .optional()
      .meta({ description: 'What `ghostgate report` puts on its page.' }),
    log: z
      .strictObject({
        level: z
          .enum(['debug', 'info', 'warn', 'error'])
          .default('info')
          .meta({ description: 'The least that is written: debug, info, warn or error.' }),
      })
      .prefault({})
      .meta({ description: 'The log, JSON lines on standard output.' }),
  })
  .meta({ title: 'Ghostgate policy', description: 'One policy file per PBX or site.' });

export type Written = z.output<typeof policyFile>;

/** Nothing here asks for a password, so nobody but this machine may read it. */
function listenMistake(value: string): Mistake | undefined {
  if (value === 'off') return undefined;
  const listen = parseHostPort(value);
  if (listen === undefined || !/:\d+$/.test(value) || value === listen.address) {
    const hint = 'write 127.0.0.1:9867, [::1]:9867 or off';
    return { message: `not an address and port: ${show(value)}`, hint };
  }
  if (listen.address === '::1' || listen.address.startsWith('127.')) return undefined;
  const hint = `write 127.0.0.1:${listen.port}; let a proxy with a password stand before it`;
  return { message: `not a loopback address: ${show(value)}`, hint };
}
