import type { VerdictRow } from '../judge/record.ts';
import type { Ban } from '../judge/verdict.ts';

/** What happens while somebody looks on. */
export type LiveEvent =
  | {
      readonly kind: 'verdicts';
      readonly verdicts: readonly VerdictRow[];
      /** Verdicts of the same moment left out: more than a person can read. */
      readonly skipped: number;
    }
  | { readonly kind: 'ban'; readonly ban: Ban }
  | { readonly kind: 'released'; readonly target: string };
