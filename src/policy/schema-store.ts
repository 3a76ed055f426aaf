import { z } from 'zod';
import { count, duration, path } from './fields.ts';

/** Folder of the database where the policy names none. */
export const DEFAULT_STORE = '/var/lib/ghostgate';

/** The `memory` block as written. */
export const memoryFile = z
  .strictObject({
    sources: count(1000, 2_000_000)
      .default(100_000)
      .meta({ description: 'Sources remembered at once; the oldest quietest goes first.' }),
  })
  .prefault({})
  .meta({ description: 'Bounds of what is remembered.' });

/** The `store` block as written. */
export const storeFile = z
  .strictObject({
    path: path().default(DEFAULT_STORE).meta({ description: 'Folder of the database.' }),
    keep: duration().default('30d').meta({ description: 'How long verdicts are kept.' }),
  })
  .prefault({})
  .meta({ description: 'What survives a restart.' });

/** The `capture` block as written. */
export const captureFile = z
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
  });
