import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { EVERY_LISTING } from './expected-listings.ts';
import { EVERY_PAGE_KEY } from './expected-page.ts';
import { DEFAULT_RULES, EVERY_RULE } from './expected-rules.ts';
import { EVERYBODY_TOLD, NOBODY_TOLD } from './expected-notify.ts';
import { ENV, policyFolder } from './folder.ts';

test('the least policy has every default', async (t) => {
  const { policy } = await good(t, 'least.yaml');
  assert.deepEqual(policy, {
    site: 'a',
    mode: 'observe',
    pbxs: [
      {
        name: 'a',
        asterisk: {
          host: '127.0.0.1',
          port: 5038,
          username: 'ghostgate',
          secret: 'from the environment',
          tls: false,
          allowClearTextOverNetwork: false,
          channelToken: undefined,
        },
      },
    ],
    trunks: [],
    trust: { networks: [], registered: true },
    calls: { fromStrangers: 'reject', hangupCause: 21, killCause: 'CALL_REJECTED' },
    feeds: [],
    geo: undefined,
    rules: DEFAULT_RULES,
    jail: {
      timeSeconds: [3600, 86_400, 604_800, 2_592_000],
      quarantineSeconds: [600, 3600, 21_600],
      graceSeconds: 3600,
      ipv6PrefixBits: 64,
      forgetSeconds: 2_592_000,
    },
    gate: { enabled: false, whenAway: 'trusted_only', trustForSeconds: 604_800 },
    shield: { accounts: 10 },
    breaker: {
      bansPerMinute: 120,
      goodCallSeconds: 86_400,
      goodTraffic: { limit: 3, withinSeconds: 604_800 },
    },
    enforce: [{ kind: 'observe' }],
    memory: { sources: 100_000 },
    store: { path: '/var/lib/ghostgate', keepSeconds: 2_592_000 },
    capture: { days: 7, megabytes: 100 },
    control: { socket: '/run/ghostgate/ghostgate.sock' },
    metrics: { listen: { host: '127.0.0.1', port: 9867 } },
    page: undefined,
    ...NOBODY_TOLD,
    log: { level: 'info' },
  } satisfies Policy);
});

test('every key reaches the compiled policy, in canonical form', async (t) => {
  const { policy } = await good(t, 'everything.yaml');
  const ami = { port: 5038, username: 'gate', tls: false, channelToken: undefined };
  assert.deepEqual(policy, {
    site: 'acme.hq_2',
    mode: 'enforce',
    pbxs: [
      {
        name: 'north',
        asterisk: {
          host: 'pbx.acme.example',
          port: 5039,
          username: 'gate',
          secret: 'from the file',
          tls: true,
          allowClearTextOverNetwork: false,
          channelToken: 'tic-tac-toe',
        },
      },
      {
        name: 'south',
        asterisk: {
          ...ami,
          host: '192.0.2.10',
          secret: 'from the environment',
          allowClearTextOverNetwork: true,
        },
      },
      {
        name: 'east',
        freeswitch: {
          host: 'fs.acme.example',
          port: 8022,
          password: 'from the file',
          allowClearTextOverNetwork: true,
        },
      },
      {
        name: 'west',
        freeswitch: {
          host: '127.0.0.1',
          port: 8021,
          password: 'ClueCon',
          allowClearTextOverNetwork: false,
        },
      },
    ],
    trunks: [
      {
        name: 'gntel',
        networks: ['203.0.113.0/28', '2001:db8::/48', '198.51.100.7'],
        hosts: ['sip.gntel.example', '_sip._udp.gntel.example'],
        junkCallerId: 'pass',
        callerId: {
          numbers: ['0900123'],
          names: ['Spam Likely'],
          patterns: ['^0800'],
          allowed: ['^[+]?[0-9]{7,15}$'],
          anonymous: 'watch',
        },
      },
    ],
    trust: {
      networks: ['10.20.0.0/16', '2001:db8:1::/48', '192.0.2.77', '192.0.2.78'],
      registered: false,
    },
    calls: { fromStrangers: 'watch', hangupCause: 34, killCause: 'USER_BUSY' },
    ...EVERY_LISTING,
    rules: EVERY_RULE,
    jail: {
      timeSeconds: [90, 7200],
      quarantineSeconds: [60],
      graceSeconds: 7200,
      ipv6PrefixBits: 56,
      forgetSeconds: 2_419_200,
    },
    shield: { accounts: 20 },
    breaker: {
      bansPerMinute: 60,
      goodCallSeconds: 43_200,
      goodTraffic: { limit: 10, withinSeconds: 259_200 },
    },
    enforce: [
      { kind: 'observe' },
      { kind: 'nftables', table: 'gate', sipPorts: [5060, 5080], lockdown: LOCKED_OUT },
      {
        kind: 'asterisk-acl',
        file: '/etc/asterisk/gate.conf',
        acl: 'gate',
        capacity: 500,
        pbxs: ['south'],
      },
      {
        kind: 'freeswitch-acl',
        file: '/etc/freeswitch/gate.acl.xml',
        list: 'gate',
        capacity: 500,
        pbxs: ['west'],
      },
      { kind: 'fail2ban', jail: 'gate', socket: '/run/f2b.sock' },
      { kind: 'ipset', set: 'gate', rule: false },
      { kind: 'crowdsec', url: 'https://cs.example', machine: 'acme', password: 'from the file' },
      { kind: 'asterisk-db', capacity: 20_000, pbxs: ['north', 'south'] },
      { kind: 'freeswitch-hash', capacity: 20_000, pbxs: ['east', 'west'] },
    ],
    memory: { sources: 1_000_000 },
    store: { path: '/srv/ghostgate', keepSeconds: 7_776_000 },
    capture: { days: 30, megabytes: 0 },
    page: EVERY_PAGE_KEY,
    ...EVERYBODY_TOLD,
    log: { level: 'debug' },
    gate: { enabled: true, whenAway: 'pass', trustForSeconds: 172_800 },
  } satisfies Policy);
});

test('a bare enforcer name has every option, and all PBXs', async (t) => {
  const { policy } = await good(t, 'design.yaml');
  assert.deepEqual(policy.enforce, [
    {
      kind: 'nftables',
      table: 'ghostgate',
      sipPorts: [5060, 5061, 5062, 5063, 5070, 5080, 5081, 5160, 5161],
      lockdown: { registered: true },
    },
    {
      kind: 'asterisk-acl',
      file: '/etc/asterisk/ghostgate_acl.conf',
      acl: 'ghostgate',
      capacity: 2000,
      pbxs: ['acme'],
    },
  ]);
});

test('extends merges maps key by key and takes lists and values whole', async (t) => {
  const { policy, files } = await good(t, 'extends.yaml');
  assert.equal(policy.site, 'acme-hq');
  assert.equal(policy.mode, 'enforce', 'from the base');
  assert.deepEqual(policy.trust, { networks: ['198.51.100.0/24'], registered: false });
  assert.deepEqual(policy.rules['auth-failure'], { hits: 3, withinSeconds: 3600 });
  assert.deepEqual(policy.rules.flood, { events: 100, withinSeconds: 10 });
  assert.deepEqual(
    policy.enforce.map(({ kind }) => kind),
    ['fail2ban'],
  );
  assert.equal(policy.metrics.listen, undefined);
  assert.equal(policy.log.level, 'warn', "from the base's base");
  assert.deepEqual(files, ['good/extends.yaml', 'bases/msp.yaml', 'bases/root.yaml']);
});

test('the files to watch are all that were read, bases and secrets, or should have been', async (t) => {
  const { folder, told } = policyFolder(t, 'good', 'bad', 'bases');
  const filesOf = async (name: string): Promise<string[]> => {
    return (await loadPolicy(join(folder, name), ENV)).files.map(told);
  };
  assert.deepEqual(await filesOf('good/design.yaml'), [
    'good/design.yaml',
    '/etc/ghostgate/ami.secret',
  ]);
  const absent = ['bad/extends-absent.yaml', 'bases/absent.yaml'];
  assert.deepEqual(await filesOf('bad/extends-absent.yaml'), absent);
  assert.deepEqual(await filesOf('nothing-here.yaml'), ['nothing-here.yaml']);
});

test('a secret file is found from the file that names it', async (t) => {
  const { folder } = policyFolder(t);
  const policy = join(folder, 'near.yaml');
  const pbx = '{ name: a, asterisk: { username: g, secret: { file: etc/ami.secret } } }';
  writeFileSync(policy, `site: a\npbxs: [${pbx}]\n`);
  const loaded = await loadPolicy(policy, ENV);
  assert.ok('policy' in loaded);
  const [only] = loaded.policy.pbxs;
  assert.ok(only !== undefined && 'asterisk' in only);
  assert.equal(only.asterisk.secret, 'from the file');
});

test('GHOSTGATE_SOCKET moves the control socket, and is held to its bound', async (t) => {
  const { folder } = policyFolder(t, 'good', 'bases');
  const file = join(folder, 'good/least.yaml');
  const moved = await loadPolicy(file, { ...ENV, GHOSTGATE_SOCKET: '/tmp/gate.sock' });
  assert.ok('policy' in moved);
  assert.equal(moved.policy.control.socket, '/tmp/gate.sock');
  const long = await loadPolicy(file, { ...ENV, GHOSTGATE_SOCKET: `/${'x'.repeat(107)}` });
  assert.ok('problems' in long);
  assert.equal(long.problems[0]?.message, 'GHOSTGATE_SOCKET is longer than 107 bytes');
});

const LOCKED_OUT = { registered: false };

async function good(t: TestContext, name: string) {
  const { folder, told } = policyFolder(t, 'good', 'bases');
  const loaded = await loadPolicy(join(folder, 'good', name), ENV);
  assert.ok('policy' in loaded, name);
  return { policy: loaded.policy, files: loaded.files.map(told) };
}
