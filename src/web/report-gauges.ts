import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { StatusReport } from './status-report.ts';

/**
 * Metrics that are read from the status report at each scrape, so that `status` and the
 * metrics cannot disagree and the line need not keep them up to date.
 */
export function reportGauges(registry: Registry, prefix: string): (report: StatusReport) => void {
  const metrics = METRICS.map(({ name, help, labels = [], read }) => {
    const options = { name: prefix + name, help, labelNames: labels, registers: [registry] };
    return { metric: name.endsWith('_total') ? new Counter(options) : new Gauge(options), read };
  });
  return (report) => {
    for (const { metric, read } of metrics) {
      // A PBX or trunk that left the policy must leave the metrics as well.
      metric.reset();
      for (const [value, labels = {}] of read(report)) metric.inc(labels, value);
    }
  };
}

type Sample = readonly [value: number, labels?: Record<string, string>];

interface ReportMetric {
  readonly name: string;
  readonly help: string;
  readonly labels?: string[];
  readonly read: (report: StatusReport) => Sample[];
}

const METRICS: readonly ReportMetric[] = [
  {
    name: 'pbx_up',
    help: '1 when the link to the PBX works, in full or in part',
    labels: ['pbx'],
    read: ({ pbxs }) =>
      pbxs.map(({ name, state }) => [flag(state === 'up' || state === 'degraded'), { pbx: name }]),
  },
  {
    name: 'pbx_degraded',
    help: '1 when the link to the PBX works in part only',
    labels: ['pbx'],
    read: ({ pbxs }) => pbxs.map(({ name, state }) => [flag(state === 'degraded'), { pbx: name }]),
  },
  {
    name: 'pbx_connections_total',
    help: 'Connections made to the PBX, reconnections included',
    labels: ['pbx'],
    read: ({ pbxs }) => pbxs.map(({ name, counters }) => [counters.connections, { pbx: name }]),
  },
  {
    name: 'pbx_refused_frames_total',
    help: 'Frames from the PBX refused as malformed or forged',
    labels: ['pbx'],
    read: ({ pbxs }) => pbxs.map(({ name, counters }) => [counters.refusedFrames, { pbx: name }]),
  },
  {
    name: 'pbx_unknown_sources_total',
    help: 'Calls whose source could not be learned and which were not judged',
    labels: ['pbx'],
    read: ({ pbxs }) => pbxs.map(({ name, counters }) => [counters.unknownSources, { pbx: name }]),
  },
  {
    name: 'pbx_lost_events_total',
    help: 'Events known to have been lost between the PBX and us; there may be more',
    labels: ['pbx'],
    read: ({ pbxs }) => pbxs.map(({ name, counters }) => [counters.lostEvents, { pbx: name }]),
  },
  {
    name: 'pbx_restarts_total',
    help: 'Times the PBX, or a module of it that the link lives on, was restarted',
    labels: ['pbx'],
    read: ({ pbxs }) => pbxs.map(({ name, counters }) => [counters.restarts, { pbx: name }]),
  },
  {
    name: 'enforcer_ok',
    help: '1 when the enforcer works',
    labels: ['enforcer'],
    read: ({ enforcers }) =>
      enforcers.map(({ name, state }) => [flag(state === 'ok'), { enforcer: name }]),
  },
  {
    name: 'enforcer_drift_total',
    help: 'Targets that reconciling had to add or release',
    labels: ['enforcer', 'change'],
    read: ({ enforcers }) =>
      enforcers.flatMap(({ name, drift }): Sample[] => [
        [drift.added, { enforcer: name, change: 'added' }],
        [drift.released, { enforcer: name, change: 'released' }],
      ]),
  },
  {
    name: 'bans_active',
    help: 'Bans in force',
    labels: ['kind'],
    read: ({ bans: { active, quarantines } }) => [
      [active - quarantines, { kind: 'jail' }],
      [quarantines, { kind: 'quarantine' }],
    ],
  },
  {
    name: 'policy_last_reload_successful',
    help: '0 when the policy file in its present form could not be loaded',
    read: ({ policy }) => [[flag(policy.error === undefined)]],
  },
  {
    name: 'policy_reload_seconds',
    help: 'When the policy in force was loaded, in seconds since the epoch',
    read: ({ policy }) => [[policy.loadedAt / 1000]],
  },
  {
    name: 'enforcing',
    help: '1 in mode enforce, 0 in mode observe',
    read: ({ mode }) => [[flag(mode === 'enforce')]],
  },
  {
    name: 'sources',
    help: 'Sources whose standing is remembered',
    read: ({ sources }) => [[sources]],
  },
  {
    name: 'store_dropped_rows_total',
    help: 'Verdicts the store could not keep',
    read: ({ droppedRows = 0 }) => [[droppedRows]],
  },
  {
    name: 'lockdown',
    help: '1 for the state that lockdown is in',
    labels: ['state'],
    read: ({ lockdown }) =>
      ['off', 'unconfirmed', 'on'].map((state) => [flag(lockdown.state === state), { state }]),
  },
  {
    name: 'lockdown_in_force',
    help: '1 while the packet filter drops who is not let in',
    read: ({ lockdown }) => [[flag(lockdown.inForce)]],
  },
  {
    name: 'lockdown_dropped_packets_total',
    help: 'Packets to the SIP ports dropped by lockdown',
    read: ({ lockdown }) => [[lockdown.droppedPackets]],
  },
  {
    name: 'trunk_addresses',
    help: 'Addresses and prefixes trusted for the trunk now',
    labels: ['trunk'],
    read: ({ trunks }) => trunks.map(({ name, addresses }) => [addresses, { trunk: name }]),
  },
  {
    name: 'feed_entries',
    help: 'Entries of the feed in force',
    labels: ['feed'],
    read: ({ feeds }) => feeds.feeds.map(({ name, entries }) => [entries, { feed: name }]),
  },
  {
    name: 'feed_ok',
    help: '0 while the feed is held back, failing or not had yet',
    labels: ['feed'],
    read: ({ feeds }) =>
      feeds.feeds.map(({ name, state }) => [flag(state === 'ok'), { feed: name }]),
  },
  {
    name: 'fleet_up',
    help: '1 while the fleet can be told and heard',
    labels: ['site'],
    read: ({ fleet, site }) =>
      fleet === undefined ? [] : [[flag(fleet.link.state === 'up'), { site }]],
  },
  {
    name: 'fleet_sites',
    help: 'Sites that belong to the fleet',
    labels: ['site'],
    read: ({ fleet, site }) => (fleet === undefined ? [] : [[fleet.sites, { site }]]),
  },
  {
    name: 'fleet_claims',
    help: 'What other sites say of sources that holds now',
    labels: ['site'],
    read: ({ fleet, site }) => (fleet === undefined ? [] : [[fleet.claims, { site }]]),
  },
  {
    name: 'fleet_unsent',
    help: 'Notices of this site that the fleet has not got yet',
    labels: ['site'],
    read: ({ fleet, site }) => (fleet === undefined ? [] : [[fleet.unsent, { site }]]),
  },
  {
    name: 'fleet_policy_version',
    help: "Version of the fleet's policy that lies under this site's own; 0 is none",
    labels: ['site'],
    read: ({ fleet, site }) =>
      fleet?.policy === undefined ? [] : [[fleet.policy.version, { site }]],
  },
  {
    name: 'fleet_messages_total',
    help: 'Messages of the fleet by what became of them',
    labels: ['outcome'],
    read: ({ fleet }) =>
      fleet === undefined
        ? []
        : [
            [fleet.heard, { outcome: 'heard' }],
            [fleet.refused, { outcome: 'refused' }],
            [fleet.told, { outcome: 'told' }],
          ],
  },
  {
    name: 'feed_fetched_seconds',
    help: 'When the feed in force was fetched, in seconds since the epoch',
    labels: ['feed'],
    read: ({ feeds }) =>
      feeds.feeds.flatMap(({ name, fetchedAt }): Sample[] =>
        fetchedAt === undefined ? [] : [[fetchedAt / 1000, { feed: name }]],
      ),
  },
];

function flag(yes: boolean): number {
  return yes ? 1 : 0;
}
