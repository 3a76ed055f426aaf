import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createMetrics } from '../../src/web/metrics.ts';
import { tally } from '../../src/web/tally.ts';
import { aFeedsReport, aReport, aTroubledReport } from './fake-control.ts';

/** The samples of the scrape that begin so, without what Node tells of itself. */
function samples(text: string, start = 'ghostgate_'): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(start) && !/_(process|nodejs)_/.test(line));
}

test('what the line counts is scraped', async () => {
  const metrics = createMetrics();
  for (let times = 0; times < 3; times++) {
    metrics.judged('acme', 'call', 'reject', 'stranger-call', 0.02);
  }
  metrics.judged('acme', 'auth-failure', 'ban', 'auth-failure', 7);
  metrics.rejected('acme', 'rejected');
  metrics.rejected('acme', 'gone');
  metrics.rangBeforeReject('acme');
  metrics.banned({ rule: 'auth-failure', quarantine: false, by: 'judge' });
  metrics.banned({ rule: 'flood', quarantine: true, by: 'judge' });
  metrics.banned({ rule: 'by-hand', quarantine: false, by: 'hand' });
  metrics.breakerRefused();
  metrics.injection('acme');
  metrics.notice();
  metrics.faulted();
  const text = await metrics.text();
  assert.deepEqual(
    samples(text).filter(
      (line) => !/judge_seconds|_policy_|_enforcing|_sources|_rows|_lockdown/.test(line),
    ),
    [
      'ghostgate_judged_total{pbx="acme",event="call",verdict="reject",rule="stranger-call"} 3',
      'ghostgate_judged_total{pbx="acme",event="auth-failure",verdict="ban",rule="auth-failure"} 1',
      'ghostgate_calls_rejected_total{pbx="acme",outcome="rejected"} 1',
      'ghostgate_calls_rejected_total{pbx="acme",outcome="gone"} 1',
      'ghostgate_calls_rang_before_reject_total{pbx="acme"} 1',
      'ghostgate_bans_total{rule="auth-failure",kind="jail"} 1',
      'ghostgate_bans_total{rule="flood",kind="quarantine"} 1',
      'ghostgate_bans_total{rule="by-hand",kind="hand"} 1',
      'ghostgate_breaker_refusals_total 1',
      'ghostgate_injections_total{pbx="acme"} 1',
      'ghostgate_notices_total 1',
      'ghostgate_faults_total 1',
    ],
  );
  assert.deepEqual(samples(text, 'ghostgate_judge_seconds_bucket{le="0.00002'), [
    'ghostgate_judge_seconds_bucket{le="0.000025"} 3',
  ]);
  assert.deepEqual(samples(text, 'ghostgate_judge_seconds_count'), [
    'ghostgate_judge_seconds_count 4',
  ]);
  assert.match(text, /^ghostgate_process_resident_memory_bytes \d+/m);
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
});

test('counters without labels are there from the start', async () => {
  const text = await createMetrics().text();
  assert.deepEqual(samples(text, 'ghostgate_breaker_refusals_total'), [
    'ghostgate_breaker_refusals_total 0',
  ]);
});

test('gauges are what the status report says', async () => {
  const metrics = createMetrics();
  const gauges = /pbx_|enforc|bans_active|policy_|sources|dropped|lockdown|trunk_/;
  const gaugesOf = (text: string) => samples(text).filter((line) => gauges.test(line));
  const report = aReport();
  assert.deepEqual(gaugesOf(await metrics.text(report)), [
    'ghostgate_pbx_up{pbx="acme"} 1',
    'ghostgate_pbx_degraded{pbx="acme"} 0',
    'ghostgate_pbx_connections_total{pbx="acme"} 2',
    'ghostgate_pbx_refused_frames_total{pbx="acme"} 3',
    'ghostgate_pbx_unknown_sources_total{pbx="acme"} 4',
    'ghostgate_pbx_lost_events_total{pbx="acme"} 0',
    'ghostgate_pbx_restarts_total{pbx="acme"} 0',
    'ghostgate_enforcer_ok{enforcer="nftables"} 1',
    'ghostgate_enforcer_ok{enforcer="asterisk-acl"} 1',
    'ghostgate_enforcer_drift_total{enforcer="nftables",change="added"} 3',
    'ghostgate_enforcer_drift_total{enforcer="nftables",change="released"} 1',
    'ghostgate_enforcer_drift_total{enforcer="asterisk-acl",change="added"} 0',
    'ghostgate_enforcer_drift_total{enforcer="asterisk-acl",change="released"} 0',
    'ghostgate_bans_active{kind="jail"} 984',
    'ghostgate_bans_active{kind="quarantine"} 30',
    'ghostgate_policy_last_reload_successful 1',
    `ghostgate_policy_reload_seconds ${report.policy.loadedAt / 1000}`,
    'ghostgate_enforcing 1',
    'ghostgate_sources 3112',
    'ghostgate_store_dropped_rows_total 6',
    'ghostgate_lockdown{state="off"} 1',
    'ghostgate_lockdown{state="unconfirmed"} 0',
    'ghostgate_lockdown{state="on"} 0',
    'ghostgate_lockdown_in_force 0',
    'ghostgate_lockdown_dropped_packets_total 0',
    'ghostgate_trunk_addresses{trunk="gntel"} 4',
  ]);
  const later = gaugesOf(await metrics.text(aTroubledReport()));
  const wanted = [
    'ghostgate_pbx_up{pbx="acme"} 1',
    'ghostgate_pbx_up{pbx="branch"} 0',
    'ghostgate_pbx_degraded{pbx="acme"} 1',
    'ghostgate_enforcer_ok{enforcer="fail2ban"} 0',
    'ghostgate_policy_last_reload_successful 0',
    'ghostgate_enforcing 0',
    'ghostgate_trunk_addresses{trunk="gntel"} 0',
  ];
  for (const line of wanted) assert.ok(later.includes(line), line);
  assert.equal(
    later.some((line) => line.includes('nftables')),
    false,
    'what left is gone',
  );
});

test('a feed that is held back shows, with how old the one in force is', async () => {
  const feeds = aFeedsReport();
  const text = await createMetrics().text(aReport({ feeds }));
  assert.deepEqual(samples(text, 'ghostgate_feed_'), [
    'ghostgate_feed_entries{feed="blocklist"} 1200',
    'ghostgate_feed_entries{feed="own"} 0',
    'ghostgate_feed_ok{feed="blocklist"} 0',
    'ghostgate_feed_ok{feed="own"} 0',
    `ghostgate_feed_fetched_seconds{feed="blocklist"} ${(feeds.feeds[0]?.fetchedAt ?? 0) / 1000}`,
  ]);
});

test('labels are bounded in number and length and cannot break the format', async () => {
  const registry = new Registry();
  const count = tally(registry, 'x_total', 'X', ['name']);
  const hostile = 'a"} 1\nforged_total{b="';
  count(hostile);
  count('y'.repeat(1000));
  for (let at = 0; at < 5000; at++) count(`name${at}`);
  for (let at = 0; at < 5000; at++) count(`name${at}`);
  const lines = samples(await registry.metrics(), 'x_total');
  assert.equal(lines.length, 2001);
  assert.equal(lines[0], 'x_total{name="a\\"} 1\\nforged_total{b=\\""} 1');
  assert.equal(lines[1], `x_total{name="${'y'.repeat(64)}"} 1`);
  assert.equal(lines.at(-1), 'x_total{name="other"} 6004');
});
