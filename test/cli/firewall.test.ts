import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { firewall } from '../../src/cli/firewall.ts';
import { frontOf, plainWords, portLists } from '../../src/cli/firewall/front.ts';
import { iptablesLines } from '../../src/cli/firewall/iptables.ts';
import { nftablesLines } from '../../src/cli/firewall/nftables.ts';
import type { TrunkDns } from '../../src/policy/lookup.ts';
import { namespace } from '../enforce/namespace.ts';
import { policyOf, trunk } from '../judge/fixture.ts';
import { tempFolder } from '../store/temp.ts';
import { recorder } from './recorder.ts';

const KINDS = ['routeros', 'opnsense', 'ufw', 'iptables', 'nftables'];
const FRONT = frontOf(
  {
    ...policyOf(),
    trunks: [
      { ...trunk(), networks: ['203.0.113.0/28', '2001:db8:5::/48'], hosts: ['sip.x.example'] },
    ],
    trust: { networks: ['10.20.0.0/16'], registered: true },
  },
  new Map([['sip.x.example', ['192.0.2.7', '203.0.113.5']]]),
);

test('the front knows whose each address is, and no address twice', () => {
  assert.deepEqual(FRONT.v4, [
    { network: '10.20.0.0/16', whose: 'trusted network' },
    { network: '203.0.113.0/28', whose: 'trunk gntel' },
    { network: '192.0.2.7', whose: 'trunk gntel, sip.x.example' },
  ]);
  assert.deepEqual(FRONT.v6, [{ network: '2001:db8:5::/48', whose: 'trunk gntel' }]);
  assert.ok(FRONT.ports.includes(5060) && FRONT.ports.includes(5061));
});

test('words of a policy mean nothing to a firewall', () => {
  assert.equal(plainWords('a"; $(reboot) `x`\n# b\'c'), 'a__ __reboot_ _x___ b_c');
  assert.equal(plainWords('x'.repeat(500)).length, 100);
});

test('no rule names more ports than iptables takes', () => {
  const ports = Array.from({ length: 16 }, (_, at) => 5060 + at);
  assert.deepEqual(
    portLists(ports).map((list) => list.split(',').length),
    [15, 1],
  );
});

for (const kind of KINDS) {
  test(`firewall --for ${kind} says where each address is from and ends with a drop`, async (t) => {
    const { code, written } = await printed(t, ['--for', kind]);
    assert.equal(code, 0, written.err);
    for (const wanted of ['192.0.2.7', '2001:db8:5::/48', 'sip.gntel.example is a name', 'undo']) {
      assert.ok(written.out.includes(wanted), wanted);
    }
    assert.ok(written.out.includes('trunk gntel, sip.gntel.example'));
    const drops = written.out.match(/\bdrop\b|-j DROP|"action":"block"|prepend deny/g) ?? [];
    assert.ok(drops.length >= 1);
  });
}

test('--json holds the sources and the lines', async (t) => {
  const { written } = await printed(t, ['--for', 'ufw', '--json']);
  const told: { for: string; v4: unknown[]; lines: string[] } = JSON.parse(written.out);
  assert.equal(told.for, 'ufw');
  assert.equal(told.v4.length, 2);
  assert.ok(told.lines.some((line) => line.startsWith('ufw prepend deny proto udp')));
});

test('a name without an address ends it: the rule would shut that trunk out', async (t) => {
  const { code, written } = await printed(t, ['--for', 'ufw'], []);
  assert.equal(code, 1);
  assert.equal(written.out, '');
  assert.match(written.err, /sip\.gntel\.example: .*shut its trunk out\nTry: /);
});

for (const args of [[], ['--for', 'pfsense'], ['--for', '__proto__'], ['--what']]) {
  test(`usage: firewall ${args.join(' ')}`, async () => {
    const output = recorder();
    assert.equal(await firewall(args, output, dnsOf([])), 2);
    assert.match(output.written.err, /\nTry: ghostgate firewall --help/);
  });
}

test('nft takes what is printed for it, twice', (t) => {
  const own = namespace('nft');
  if (typeof own === 'string') return t.skip(own);
  t.after(() => own.remove());
  const [program, ...words] = [...own.inside, 'nft', '-f', '-'];
  const input = nftablesLines(FRONT).join('\n');
  for (let times = 0; times < 2; times++) execFileSync(program, words, { input });
});

test('iptables takes what is printed for it, twice', (t) => {
  const own = namespace('iptables', 'ip6tables');
  if (typeof own === 'string') return t.skip(own);
  t.after(() => own.remove());
  const [program, ...words] = [...own.inside, 'sh', '-e'];
  const input = iptablesLines(FRONT).join('\n');
  for (let times = 0; times < 2; times++) execFileSync(program, words, { input });
  const [list, ...rest] = [...own.inside, 'iptables', '-S'];
  const rules = execFileSync(list, rest, { encoding: 'utf8' });
  assert.equal(rules.match(/-A INPUT/g)?.length, 2);
});

async function printed(t: TestContext, args: readonly string[], addresses = ['192.0.2.7']) {
  const file = join(tempFolder(t), 'policy.yaml');
  writeFileSync(
    file,
    `site: acme
pbxs: [{ name: a, asterisk: { username: g, secret: { env: FIREWALL_SECRET } } }]
trunks: [{ name: gntel, sources: [sip.gntel.example, '2001:db8:5::/48', 203.0.113.0/28] }]
`,
  );
  process.env['FIREWALL_SECRET'] = 'x';
  const output = recorder();
  const code = await firewall([...args, '--policy', file], output, dnsOf(addresses));
  return { code, written: output.written };
}

/** Answers with these addresses whatever is asked. */
function dnsOf(addresses: readonly string[]): TrunkDns {
  const no = Object.assign(new Error('no data'), { code: 'ENODATA' });
  return {
    resolveSrv: () => Promise.reject(no),
    resolve4: () =>
      addresses.length === 0
        ? Promise.reject(no)
        : Promise.resolve(addresses.map((address) => ({ address, ttl: 60 }))),
    resolve6: () => Promise.reject(no),
    cancel() {},
  };
}
