import type { History } from '../judge/history.ts';
import type { NoticeRow } from '../judge/record.ts';

/** What the daemon gives to make a report of. */
export interface ReportSource {
  readonly site: string;
  readonly version: string;
  readonly mode: 'observe' | 'enforce';
  /** Who gives the report to the customer, as the policy says. */
  readonly name?: string;
  /** Path of their logo. */
  readonly logo?: string;
  /** Names of the PBXs of the policy. */
  readonly pbxs: readonly string[];
  /** Whether the policy has a gate: calls are judged before a phone rings. */
  readonly isGated: boolean;
  /** By hours. */
  readonly history: History;
  /** Newest first. */
  readonly notices: readonly NoticeRow[];
}
