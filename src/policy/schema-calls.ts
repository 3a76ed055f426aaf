import { z } from 'zod';
import { duration, matching, text } from './fields.ts';
import { networkMistake } from './network-text.ts';
import { hangupCause } from './schema-pbx.ts';

/** The `trust` block as written. */
export const trustFile = z
  .strictObject({
    networks: z
      .array(text((value) => networkMistake(value)))
      .max(10_000)
      .default([])
      .meta({
        description:
          'Addresses and prefixes that may call and are never shut out: offices, phones.',
        examples: [['10.20.0.0/16']],
      }),
    registered: z
      .boolean()
      .default(true)
      .meta({ description: 'A source with a live registration may call.' }),
  })
  .prefault({})
  .meta({ description: 'Who else is trusted.' });

/** The `calls` block as written. */
export const callsFile = z
  .strictObject({
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
  })
  .prefault({})
  .meta({ description: 'What happens to calls.' });

/** The `gate` block as written. */
export const gateFile = z
  .strictObject({
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
  })
  .prefault({})
  .meta({ description: 'The step in the dialplan where a call waits for its verdict.' });
