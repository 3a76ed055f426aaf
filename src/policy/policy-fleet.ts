/** How this site tells others what it proved, and what it makes of what they tell. */
export interface FleetPolicy {
  /** `tls://host:port`, tried in turn. */
  readonly servers: readonly string[];
  /** Seed of the site's key, read at load; never logged. It opens NATS and signs notices. */
  readonly seed: string;
  readonly caFile: string | undefined;
  /** Public key of who may order unbans, the allow list and who belongs to the fleet. */
  readonly operator: string;
  /** Tell this site's own bans. */
  readonly share: boolean;
  readonly accept: {
    /** Different sites that must say it: on proven evidence, on evidence that can be forged. */
    readonly provenFrom: number;
    readonly forgeableFrom: number;
    /** Above it bans are cut to the first step of quarantine. */
    readonly bansPerMinute: number;
    /** Notices of one site taken in a minute. */
    readonly sitePerMinute: number;
  };
}
