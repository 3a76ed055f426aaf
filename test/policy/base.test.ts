import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { BASE_MAY, checkBase } from '../../src/policy/base.ts';
import { keysAt } from '../../src/policy/json-schema.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { problemText } from '../../src/policy/problem.ts';
import { FLEET_SEED } from './folder.ts';

const told = (text: string): string[] => checkBase(text, 'base.yaml').map(problemText);

test('what a fleet may well decide for its sites is a good base', () => {
  const good = `
mode: enforce
calls: { from_strangers: reject }
rules: { auth-failure: { hits: 5, within: 5m }, junk-caller-id: { numbers: ['100'] }, canary: off }
jail: { time: [1h, 2d] }
shield: { accounts: 8 }
breaker: { bans_per_minute: 60 }
gate: { when_away: pass }
geo: { evidence: { countries: [KP] } }
feeds: [{ name: list, url: 'https://lists.example.net/a.txt', use: deny }]
fleet: { share: true, accept: { forgeable_from: 2 } }
report: { name: An MSP }
log: { level: warn }
`;
  assert.deepEqual(told(good), []);
});

const NOT = "is each site's own to say, not a base's (hint: it belongs into the site's own file)";
const FEED = 'a base names feeds by https:// and a public name alone';
const refused: readonly [string, string][] = [
  ['site: acme', `base.yaml:1:1 site: ${NOT}`],
  ['extends: /etc/passwd', `base.yaml:1:1 extends: ${NOT}`],
  ['pbxs: []', `base.yaml:1:1 pbxs: ${NOT}`],
  ['trunks: [{ name: x, sources: [203.0.113.1] }]', `base.yaml:1:1 trunks: ${NOT}`],
  ['trust: { networks: [0.0.0.0/0] }', `base.yaml:1:1 trust: ${NOT}`],
  ['enforce: [observe]', `base.yaml:1:1 enforce: ${NOT}`],
  ['store: { path: /tmp }', `base.yaml:1:1 store: ${NOT}`],
  ['memory: { sources: 1000 }', `base.yaml:1:1 memory: ${NOT}`],
  ['capture: { days: 1 }', `base.yaml:1:1 capture: ${NOT}`],
  ['control: { socket: /tmp/x }', `base.yaml:1:1 control: ${NOT}`],
  ['metrics: { listen: off }', `base.yaml:1:1 metrics: ${NOT}`],
  ['page: { listen: 0.0.0.0:80 }', `base.yaml:1:1 page: ${NOT}`],
  ['notify: []', `base.yaml:1:1 notify: ${NOT}`],
  ['mode: enforce\nreport: { logo: /etc/shadow }', `base.yaml:2:11 report.logo: ${NOT}`],
  ['geo: { country_file: /etc/shadow }', `base.yaml:1:8 geo.country_file: ${NOT}`],
  ['geo: { asn_file: /etc/shadow }', `base.yaml:1:8 geo.asn_file: ${NOT}`],
  ['fleet: { operator: x }', `base.yaml:1:10 fleet.operator: ${NOT}`],
  ['fleet: { credentials: { file: /etc/shadow } }', `base.yaml:1:10 fleet.credentials: ${NOT}`],
  ['fleet: { servers: [] }', `base.yaml:1:10 fleet.servers: ${NOT}`],
  ['fleet: { ca_file: /x }', `base.yaml:1:10 fleet.ca_file: ${NOT}`],
  [
    'fleet: { allow_clear_text_over_network: true }',
    `base.yaml:1:10 fleet.allow_clear_text_over_network: ${NOT}`,
  ],
  ['feeds: [{ name: x, file: /etc/shadow }]', `base.yaml:1:20 feeds[0].file: ${FEED}`],
  [
    'feeds: [{ name: x, url: "http://lists.example.net/" }]',
    `base.yaml:1:25 feeds[0].url: ${FEED}`,
  ],
  ['feeds: [{ name: x, url: "https://10.0.0.1/" }]', `base.yaml:1:25 feeds[0].url: ${FEED}`],
  ['feeds: [{ name: x, url: "https://[::1]/" }]', `base.yaml:1:25 feeds[0].url: ${FEED}`],
  ['feeds: [{ name: x, url: "https://localhost/" }]', `base.yaml:1:25 feeds[0].url: ${FEED}`],
  ['', 'base.yaml:1:1: holds no settings'],
  ['[mode]', 'base.yaml:1:1: holds no settings'],
  ['mode: enforec', 'base.yaml:1:7 mode: not one of observe, enforce: "enforec"'],
  ['mod: enforce', 'base.yaml:1:1 mod: unknown key (hint: did you mean mode?)'],
  ['rules:\n  auth-failure: { hits: 0 }', 'base.yaml:2:25 rules.auth-failure.hits: less than 1'],
  [
    'rules: { junk-caller-id: { patterns: ["("] } }',
    'base.yaml:1:39 rules.junk-caller-id.patterns[0]: ',
  ],
  ['mode: [', 'not YAML'],
  ['a: &a [*a, *a]', 'base.yaml:1'],
];
for (const [text, line] of refused) {
  test(`a base is refused with its place: ${text.slice(0, 60)}`, () => {
    const lines = told(text);
    assert.ok(
      lines.some((each) => each.includes(line)),
      `${JSON.stringify(lines)} has no ${line}`,
    );
  });
}

test('a key that a policy gets is the site’s own until it is decided', () => {
  const own = ['site', 'extends', 'pbxs', 'trunks', 'trust', 'enforce', 'memory', 'store'];
  const more = ['enforce_here', 'capture', 'control', 'metrics', 'page', 'notify'];
  const decided = [...Object.keys(BASE_MAY), ...own, ...more];
  assert.deepEqual(keysAt([]).toSorted(), decided.toSorted());
});

const OWN = `
trunks: [{ name: carrier, sources: [203.0.113.1] }]
trust: { networks: [10.0.0.0/8] }
`;

test('what the site itself says stays, whatever the base says', async (t) => {
  const cases: readonly [string, string, (policy: Policy) => unknown, unknown][] = [
    ['mode: observe', 'mode: enforce', ({ mode }) => mode, 'observe'],
    ['', 'mode: enforce', ({ mode }) => mode, 'enforce'],
    ['gate: { enabled: true }', 'gate: { enabled: false }', ({ gate }) => gate.enabled, true],
    ['shield: { accounts: 20 }', 'shield: { accounts: 2 }', ({ shield }) => shield.accounts, 20],
    [
      'rules: { auth-failure: { hits: 9 } }',
      'rules: { auth-failure: { hits: 3, within: 3m } }',
      ({ rules }) => rules['auth-failure'],
      { hits: 9, withinSeconds: 180 },
    ],
    [
      'jail: { time: [1h] }',
      'jail: { time: [9d, 99d], quarantine: [20m] }',
      ({ jail }) => [jail.timeSeconds, jail.quarantineSeconds],
      [[3600], [1200]],
    ],
    [
      'calls: { from_strangers: reject }',
      'calls: { from_strangers: pass }',
      ({ calls }) => calls.fromStrangers,
      'reject',
    ],
  ];
  for (const [own, base, of, expected] of cases) {
    const { policy } = await laid(t, OWN + own, base);
    assert.ok(policy, own);
    assert.deepEqual(of(policy), expected, `${own} over ${base}`);
    assert.deepEqual(policy.trunks[0]?.networks, ['203.0.113.1']);
    assert.deepEqual(policy.trust.networks, ['10.0.0.0/8']);
  }
  // However it is tried, nothing of a base lies under a site that it has no say in.
  for (const base of ['trunks: []', 'trust: { networks: [], registered: false }']) {
    assert.match((await laid(t, OWN, base)).problems[0] ?? '', /each site's own to say/);
  }
});

test('before anything was taken the site’s own file stands alone', async (t) => {
  const { policy, files, baseFile } = await laid(t, OWN);
  assert.equal(policy?.baseFile, baseFile);
  assert.ok(files.includes(baseFile), 'it is watched all the same');
  assert.match((await laid(t, 'trunks: 7')).problems[0] ?? '', /policy\.yaml:\d+:\d+ trunks/);
});

test('a site’s own base may extend the fleet’s; without a fleet nobody can', async (t) => {
  const through = await laid(t, 'mode: enforce', 'jail: { time: [2h] }', 'msp.yaml');
  assert.deepEqual(through.policy?.jail.timeSeconds, [7200]);
  const alone = await laid(t, '', 'mode: enforce', '', '');
  assert.match(alone.problems[0] ?? '', /extends: needs the fleet block/);
});

test('a mistake of the base is told with its place, and one only this site has too', async (t) => {
  const bad = await laid(t, OWN, 'mode: enforce\nmod: x');
  assert.match(bad.problems[0] ?? '', /fleet\/policy\.yaml:2:1 mod: unknown key/);
  const here = await laid(t, OWN, 'geo: { deny: { countries: [KP] } }');
  assert.match(
    here.problems[0] ?? '',
    /policy\.yaml:1:\d+ geo\.deny\.countries: needs geo\.country_file/,
  );
});

test('of many sites in a process each has what was published for it beside its own database', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gg-base-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shared = { state: join(folder, 'sites'), run: join(folder, 'run') };
  for (const site of ['a', 'b']) {
    mkdirSync(join(shared.state, site, 'fleet'), { recursive: true });
    const hours = site === 'a' ? 2 : 3;
    writeFileSync(join(shared.state, site, 'fleet', 'policy.yaml'), `jail: { time: [${hours}h] }`);
  }
  for (const [site, seconds] of [
    ['a', 7200],
    ['b', 10_800],
  ] as const) {
    const path = join(folder, `${site}.yaml`);
    writeFileSync(path, siteText(site, '', 'fleet', BLOCK));
    const loaded = await loadPolicy(path, ENV, { shared });
    assert.ok('policy' in loaded, JSON.stringify(loaded));
    assert.deepEqual(loaded.policy.jail.timeSeconds, [seconds]);
    assert.equal(loaded.baseFile, join(loaded.policy.store.path, 'fleet', 'policy.yaml'));
  }
});

/** Loads a site with this base under it. @param through a file between the two */
async function laid(
  t: TestContext,
  own: string,
  base?: string,
  through = '',
  fleet = 'credentials: { env: SEED }',
) {
  const folder = mkdtempSync(join(tmpdir(), 'gg-base-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const baseFile = join(folder, 'fleet', 'policy.yaml');
  mkdirSync(join(folder, 'fleet'));
  if (base !== undefined) writeFileSync(baseFile, base);
  if (through !== '') writeFileSync(join(folder, through), 'extends: fleet\n');
  const path = join(folder, 'policy.yaml');
  const block = fleet === '' ? '' : BLOCK.replace('credentials: { env: SEED }', fleet);
  const text = siteText('a', own, through === '' ? 'fleet' : through, block);
  writeFileSync(path, `${text}store: { path: ${folder} }\n`);
  const loaded = await loadPolicy(path, ENV);
  const problems = 'problems' in loaded ? loaded.problems.map(problemText) : [];
  return {
    policy: 'policy' in loaded ? loaded.policy : undefined,
    problems,
    files: loaded.files,
    baseFile,
  };
}

const ENV = { AMI: 'x', SEED: FLEET_SEED };
const BLOCK =
  'fleet: { servers: [nats://127.0.0.1:1], credentials: { env: SEED }, operator: UBACMRCNF2RL264QHG7ZQ34XXUMGEA2USEGD4IL7Z7FDCNAGYQGPFLVJ }';

function siteText(site: string, own: string, base: string, block: string): string {
  return `site: ${site}
extends: ${base}
pbxs: [{ name: p, asterisk: { username: x, secret: { env: AMI } } }]
${block}
${own}
`;
}
