import { parseHostPort, parseNetwork } from '../event/source.ts';
import { secondsOf } from './fields.ts';
import { compileEnforcer, gateEnforcers } from './compile-enforce.ts';
import { compileFeed, compileGeo } from './compile-feeds.ts';
import { compileFleet } from './compile-fleet.ts';
import { compileNotify } from './compile-notify.ts';
import { compilePage } from './compile-page.ts';
import { compileRules } from './compile-rules.ts';
import type { PbxPolicy } from './policy-pbx.ts';
import type { Policy } from './policy.ts';
import type { TrunkCallerId, TrunkPolicy } from './policy-trunks.ts';
import type { SshPolicy, TlsPolicy } from './policy-reach.ts';
import { pathText } from './problem.ts';
import type { Written } from './schema.ts';

/**
 * Makes the policy the program uses from a file the schema found nothing wrong with.
 * @param secrets by the path of the key that names their place, from readSecrets
 */
export function compilePolicy(written: Written, secrets: ReadonlyMap<string, string>): Policy {
  const { site, mode, trust, calls, gate, jail, shield, breaker } = written;
  const { memory, store, capture, control, log } = written;
  const pbxs = written.pbxs.map((pbx, at) => compilePbx(pbx, at, secrets));
  return {
    site,
    mode,
    pbxs,
    trunks: written.trunks.map(compileTrunk),
    trust: { networks: trust.networks.flatMap(canonical), registered: trust.registered },
    calls: {
      fromStrangers: calls.from_strangers,
      hangupCause: calls.hangup_cause,
      killCause: calls.kill_cause,
    },
    gate: {
      enabled: gate.enabled,
      whenAway: gate.when_away,
      trustForSeconds: secondsOf(gate.trust_for),
    },
    feeds: written.feeds.map(compileFeed),
    geo: compileGeo(written.geo),
    ...(written.fleet === undefined
      ? {}
      : { fleet: compileFleet(written.fleet, secrets.get('fleet.credentials') ?? '') }),
    rules: compileRules(written.rules),
    jail: {
      timeSeconds: jail.time.map(secondsOf),
      quarantineSeconds: jail.quarantine.map(secondsOf),
      graceSeconds: secondsOf(jail.grace),
      ipv6PrefixBits: jail.ipv6_prefix,
      forgetSeconds: secondsOf(jail.forget),
    },
    shield,
    breaker: {
      bansPerMinute: breaker.bans_per_minute,
      goodCallSeconds: secondsOf(breaker.good_call),
      goodTraffic: {
        limit: breaker.good_traffic.limit,
        withinSeconds: secondsOf(breaker.good_traffic.within),
      },
    },
    enforce: [
      ...written.enforce.map((enforcer, at) =>
        compileEnforcer(
          enforcer,
          pbxs,
          secrets.get(pathText(['enforce', at, 'crowdsec', 'password'])),
        ),
      ),
      ...(gate.enabled ? gateEnforcers(pbxs) : []),
    ],
    memory,
    store: { path: store.path, keepSeconds: secondsOf(store.keep) },
    capture,
    control,
    metrics: { listen: compileListen(written.metrics.listen) },
    page: written.page === undefined ? undefined : compilePage(written.page, secrets),
    notify: written.notify.map((channel, at) => compileNotify(channel, at, secrets)),
    report: compileReport(written.report),
    log,
  };
}

function compilePbx(
  { name, asterisk, freeswitch, ssh }: Written['pbxs'][number],
  at: number,
  secrets: ReadonlyMap<string, string>,
): PbxPolicy {
  const secret = (...path: string[]): string | undefined =>
    secrets.get(pathText(['pbxs', at, ...path]));
  const through = ssh === undefined ? {} : { ssh: compileSsh(ssh) };
  if (asterisk !== undefined) {
    return {
      name,
      asterisk: {
        host: asterisk.host,
        port: asterisk.port,
        username: asterisk.username,
        secret: secret('asterisk', 'secret') ?? '',
        tls: compileTls(asterisk.tls),
        ...through,
        allowClearTextOverNetwork: asterisk.allow_clear_text_over_network,
        channelToken: secret('asterisk', 'channel_token'),
      },
    };
  }
  if (freeswitch === undefined) throw new Error('the schema lets no such PBX through');
  return {
    name,
    freeswitch: {
      host: freeswitch.host,
      port: freeswitch.port,
      password: secret('freeswitch', 'password') ?? '',
      ...through,
      allowClearTextOverNetwork: freeswitch.allow_clear_text_over_network,
    },
  };
}

function compileSsh(written: NonNullable<Written['pbxs'][number]['ssh']>): SshPolicy {
  const { host, port, user, identity_file, known_hosts_file } = written;
  return { host, port, user, identityFile: identity_file, knownHostsFile: known_hosts_file };
}

function compileTls(
  written: NonNullable<Written['pbxs'][number]['asterisk']>['tls'],
): boolean | TlsPolicy {
  if (typeof written === 'boolean') return written;
  const { ca_file, fingerprint, name } = written;
  return {
    ...(ca_file === undefined ? {} : { caFile: ca_file }),
    ...(fingerprint === undefined
      ? {}
      : { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() }),
    ...(name === undefined ? {} : { name }),
  };
}

function compileReport({ name, logo }: NonNullable<Written['report']> = {}): Policy['report'] {
  return { ...(name === undefined ? {} : { name }), ...(logo === undefined ? {} : { logo }) };
}

function compileTrunk(written: Written['trunks'][number]): TrunkPolicy {
  const { name, sources, junk_caller_id, caller_id } = written;
  const hosts = sources.filter((source) => parseNetwork(source) === undefined);
  return {
    name,
    networks: sources.flatMap(canonical),
    hosts: [...new Set(hosts.map((host) => host.toLowerCase()))],
    junkCallerId: junk_caller_id,
    ...(saysNothing(caller_id) ? {} : { callerId: caller_id }),
  };
}

/** Such a trunk's calls need not wait in the gate for anybody. */
function saysNothing({ anonymous, ...lists }: TrunkCallerId): boolean {
  return anonymous === 'pass' && Object.values(lists).every(({ length }) => length === 0);
}

function canonical(network: string): string[] {
  const parsed = parseNetwork(network);
  return parsed === undefined ? [] : [parsed];
}

function compileListen(written: string | false): Policy['metrics']['listen'] {
  const listen = written === false ? undefined : parseHostPort(written);
  return listen === undefined ? undefined : { host: listen.address, port: listen.port };
}
