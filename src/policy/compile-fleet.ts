import type { FleetPolicy } from './policy-fleet.ts';
import type { Written } from './schema.ts';

/** @param seed from where `credentials` says */
export function compileFleet(written: NonNullable<Written['fleet']>, seed: string): FleetPolicy {
  const { servers, operator, ca_file, share, accept } = written;
  return {
    servers,
    seed,
    caFile: ca_file,
    operator,
    share,
    accept: {
      provenFrom: accept.proven_from,
      forgeableFrom: accept.forgeable_from,
      bansPerMinute: accept.bans_per_minute,
      sitePerMinute: accept.site_per_minute,
    },
  };
}
