import type { FeedsReport } from '../judge/feeds-report.ts';
import type { Refusal } from './refusal.ts';

/** Lists of addresses that others keep, and the user's MMDB files. */
export interface FeedsControl {
  view(): FeedsReport;
  /** Puts a list in force that is held back. */
  accept(request: {
    readonly name: string;
    readonly by: string;
  }): Promise<{ accepted: string; entries: number } | Refusal>;
  /** Looks at the places of all lists now, or of one. */
  refresh(request: { readonly name?: string | undefined }): Promise<FeedsReport | Refusal>;
}
