import { z } from 'zod';
import { count, duration, ladder } from './fields.ts';

/** The `jail` block as written. */
export const jailFile = z
  .strictObject({
    time: ladder(duration()).default(['1h', '1d', '7d', '30d']).meta({
      description:
        'How long a source is shut out: first time, second time, … The last step repeats.',
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
  })
  .prefault({})
  .meta({ description: 'For how long. Every ban ends by itself.' });

/** The `shield` block as written. */
export const shieldFile = z
  .strictObject({
    accounts: count(2, 256).default(10).meta({
      description:
        "Different accounts tried from it, in account-sweep's time, before it is shut out all the same.",
    }),
  })
  .prefault({})
  .meta({ description: 'What protects a source that holds a live registration.' });

/** The `breaker` block as written. */
export const breakerFile = z
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
  .meta({ description: 'What stops bans that would do harm.' });
