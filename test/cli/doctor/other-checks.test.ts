import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAllowed } from '../../../src/cli/doctor/check-allow.ts';
import { checkName, type NameAnswer } from '../../../src/cli/doctor/check-dns.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { checkFreeswitch } from '../../../src/cli/doctor/freeswitch-checks.ts';
import type { Held } from '../../../src/enforce/held-bans.ts';
import type { FreeswitchFacts, ListFacts } from '../../../src/pbx/freeswitch/examine.ts';
import type { EnforcerPolicy } from '../../../src/policy/policy-enforce.ts';
import { policyOf } from '../../judge/fixture.ts';

const TRUNK = { name: 'trunk gntel', networks: ['203.0.113.0/28', '2001:db8::7'] };

const release = (target: string) => `fail2ban-client set asterisk unbanip ${target}`;

function held(...targets: string[]): Held {
  return { places: [{ place: 'fail2ban jail asterisk', targets, release }], unseen: [] };
}

const gate = (until: [string, number][]) => [
  { pbx: 'acme', until: new Map(until), now: 100, canHold: (key: string) => !key.includes('/') },
];

/** `level: what` of each finding, and its fix. */
const allowed: readonly [name: string, found: Finding[], told: string][] = [
  [
    'shut out nowhere',
    checkAllowed(TRUNK, held('198.51.100.9'), []),
    'ok: trunk gntel: shut out nowhere (fail2ban jail asterisk)',
  ],
  [
    'an address within it',
    checkAllowed(TRUNK, held('203.0.113.5', '198.51.100.9'), []),
    'failed: trunk gntel is shut out by fail2ban jail asterisk: 203.0.113.5 | fail2ban-client set asterisk unbanip 203.0.113.5',
  ],
  [
    'a network around it',
    checkAllowed(TRUNK, held('2001:db8::/64'), []),
    'failed: trunk gntel is shut out by fail2ban jail asterisk: 2001:db8::/64 | fail2ban-client set asterisk unbanip 2001:db8::/64',
  ],
  [
    'known to the gate',
    checkAllowed(TRUNK, held(), gate([['2001:db8::7', 101]])),
    'ok: trunk gntel: shut out nowhere (fail2ban jail asterisk); the gate knows it',
  ],
  [
    'known no longer',
    checkAllowed(TRUNK, held(), gate([['2001:db8::7', 99]])),
    'warning: trunk gntel: the gate of acme does not know 2001:db8::7: its calls wait up to 100 ms, and are refused while Ghostgate is away | systemctl restart ghostgate | ghostgate status',
  ],
  ['without an address', checkAllowed({ name: 'trunk x', networks: [] }, held(), []), ''],
];

const NAME: NameAnswer = {
  trunk: 'gntel',
  host: 'sip.gntel.example',
  found: new Map([['203.0.113.5', 300]]),
};

const names: readonly [name: string, answer: NameAnswer, told: RegExp][] = [
  ['answered', NAME, /^ok: sip\.gntel\.example \(trunk gntel\): 203\.0\.113\.5, for 5m$/],
  ['the daemon agrees', { ...NAME, unknown: [], remembered: true }, /^ok/],
  [
    'the daemon heard another answer',
    { ...NAME, unknown: ['203.0.113.5'] },
    /^warning: .*does not take 203\.0\.113\.5/,
  ],
  [
    'no answer',
    { ...NAME, found: new Map(), trouble: 'SERVFAIL' },
    /^failed: .*SERVFAIL; its calls are a stranger’s \| dig/,
  ],
  [
    'no answer, and an earlier one',
    { ...NAME, found: new Map(), trouble: 'SERVFAIL', remembered: true },
    /^warning: .*last good answer/,
  ],
];

const PBX = {
  name: 'fusion',
  freeswitch: { host: '127.0.0.1', port: 8021, password: 'x', allowClearTextOverNetwork: false },
};
const ACL: EnforcerPolicy = {
  kind: 'freeswitch-acl',
  file: '/etc/freeswitch/ghostgate.acl.xml',
  list: 'ghostgate',
  capacity: 1,
  pbxs: ['fusion'],
};
const PROFILE = {
  registerAcl: [],
  blind: false,
  context: 'public',
  name: 'internal',
  authenticates: true,
  inboundAcl: ['domains'],
};
const EXTERNAL = { ...PROFILE, name: 'external', authenticates: false, inboundAcl: [] };

function freeswitch(
  parts: Partial<FreeswitchFacts>,
  state: ListFacts['state'] = 'right',
): Finding[] {
  const facts: FreeswitchFacts = {
    version: undefined,
    clock: { seconds: 100, askedAt: 100_000, answeredAt: 100_100 },
    profiles: [PROFILE],
    open: new Set(['ghostgate']),
    first: new Map([['public', 'ghostgate']]),
    lists: new Map([['ghostgate', { state, denied: [] }]]),
    listens: [],
    gate: { there: true, alive: 103, closed: 0, held: undefined },
    trunks: [],
    ...parts,
  };
  const policy = {
    ...policyOf(),
    gate: { enabled: true, whenAway: 'pass', trustForSeconds: 1 } as const,
    enforce: [ACL],
  };
  return checkFreeswitch(PBX, facts, policy);
}

const switches: readonly [name: string, found: Finding[], told: RegExp][] = [
  [
    'healthy',
    freeswitch({}),
    /^ok: profile internal: nobody.*\nok: the gate is in force, and somebody judges\nok: the list ghostgate is read.*\nok: the clocks/,
  ],
  [
    'our list lets callers in without a password',
    freeswitch({ profiles: [{ ...PROFILE, inboundAcl: ['ghostgate'] }] }),
    /^failed: profile internal: .*without a password.*rescan/,
  ],
  [
    'our list lets registrations in',
    freeswitch({ profiles: [{ ...PROFILE, registerAcl: ['ghostgate'] }] }),
    /^failed: .*apply-register-acl/,
  ],
  [
    'trunks may take over extensions',
    freeswitch({ profiles: [{ ...PROFILE, registerAcl: ['ghostgate_trunks'] }] }),
    /^failed: .*forged sender/,
  ],
  [
    'any password is right',
    freeswitch({ profiles: [{ ...PROFILE, blind: true }] }),
    /^failed: .*accept-blind/,
  ],
  ['profiles are not told', freeswitch({ profiles: undefined }), /^unseen: .*does not tell/],
  [
    'strangers pass the gate',
    freeswitch({ profiles: [EXTERNAL] }),
    /\nok: profile external .* passes the gate first/,
  ],
  [
    'trunks alone come in',
    freeswitch({ profiles: [{ ...EXTERNAL, inboundAcl: ['trunks'] }] }),
    /\nok: profile external takes calls from trunks alone/,
  ],
  [
    'something comes before the gate',
    freeswitch({ profiles: [EXTERNAL], first: new Map([['public', 'unloop']]) }),
    /\nfailed: .*extension unloop comes before the gate/,
  ],
  [
    'the context is not shown',
    freeswitch({ profiles: [EXTERNAL], first: new Map() }),
    /\nunseen: .*does not show/,
  ],
  [
    'nobody judges',
    freeswitch({ gate: { there: true, alive: 100, closed: 0, held: undefined } }),
    /\nwarning: .*no heartbeat.*go through and ring/,
  ],
  [
    'nobody judges, and strangers are refused',
    freeswitch({ gate: { there: true, alive: 0, closed: 101, held: undefined } }),
    /\nwarning: .*no heartbeat.*are refused/,
  ],
  [
    'no mod_hash',
    freeswitch({ gate: { there: false, alive: 0, closed: 0, held: undefined } }),
    /\nfailed: .*no mod_hash.*load mod_hash/,
  ],
  ['no list', freeswitch({}, 'missing'), /\nfailed: FreeSWITCH knows no list ghostgate.*reloadacl/],
  [
    'a list that denies everybody',
    freeswitch({}, 'closed'),
    /\nfailed: the list ghostgate denies everybody/,
  ],
  ['a list of others', freeswitch({}, 'foreign'), /\nfailed: the list ghostgate is not the one/],
];

function words(findings: readonly Finding[]): string {
  return findings
    .map(({ level, what, fix }) => [`${level}: ${what}`, ...(fix?.lines ?? [])].join(' | '))
    .join('\n');
}

for (const [name, found, told] of allowed) {
  test(`a trunk: ${name}`, () => assert.equal(words(found), told));
}
for (const [name, answer, told] of names) {
  test(`a trunk's name: ${name}`, () => assert.match(words([checkName(answer)]), told));
}
for (const [name, found, told] of switches) {
  test(`doctor, FreeSWITCH: ${name}`, () => assert.match(words(found), told));
}
