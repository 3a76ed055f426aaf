import type { SitePolicy } from '../judge/fleet-view.ts';

/** This site's part in the fleet: what of fleet/'s FleetState is shown. */
export interface FleetReport {
  readonly link: {
    readonly state: 'connecting' | 'up';
    readonly since: number;
    readonly server?: string;
    readonly problem?: string;
  };
  /** Sites that belong to the fleet. */
  readonly sites: number;
  /** Whether this one does, with the key it has. */
  readonly member: boolean;
  /** What other sites say that holds now. */
  readonly claims: number;
  /** Messages taken and refused since the start; notices told, and not told yet. */
  readonly heard: number;
  readonly refused: number;
  readonly told: number;
  readonly unsent: number;
  readonly lastRefusal?: string;
  /** Notices over a site's budget, and of targets that no site may tell of. */
  readonly unused: { readonly overBudget: number; readonly badTargets: number };
  readonly caughtUpAt?: number;
  /** What of the fleet's policy lies under this site's own; absent where it extends none. */
  readonly policy?: SitePolicy;
}
