import type { Policy } from '../../../src/policy/policy.ts';
import { testCases } from './asterisk-cases.ts';
import { healthy, NOW } from './facts.ts';

const { gate, doors, acl, clock } = healthy();
const NO_GATE: Partial<Policy> = {
  gate: { enabled: false, whenAway: 'pass', trustForSeconds: 1 },
};

const HELD = {
  trust: new Map(),
  carrier: new Map(),
  checked: new Map([['203.0.113.5', NOW + 1000]]),
  ban: new Map(),
  canHold: () => true,
};

testCases([
  {
    name: 'the gate is not loaded',
    facts: { gate: { ...gate, loaded: false } },
    told: 'gate failed',
    what: /no \[ghostgate-gate\]/,
    fix: /ghostgate install asterisk/,
  },
  {
    name: 'the gate is older than what it is given to look up',
    facts: { gate: { ...gate, outdated: true, held: HELD } },
    told: 'gate failed',
    what: /earlier version: calls of trunks .* are refused/,
    fix: /ghostgate install asterisk/,
  },
  {
    name: 'nobody judges',
    facts: { gate: { ...gate, alive: NOW - 1 } },
    told: 'gate warning',
    what: /no heartbeat.*refused/,
    fix: /systemctl start ghostgate/,
  },
  {
    name: 'nobody judges, and nobody said so in time',
    facts: { gate: { ...gate, alive: 0, closed: 0 } },
    told: 'gate warning',
    what: /go through and ring/,
    fix: /systemctl start/,
  },
  {
    name: 'the policy does not keep the gate',
    policy: NO_GATE,
    told: 'gate warning',
    what: /policy does not keep it/,
    fix: /gate: \{ enabled: true \}/,
  },
  {
    name: 'there is no gate',
    policy: NO_GATE,
    facts: { gate: { ...gate, loaded: false } },
    told: 'gate warning',
    what: /while it begins to ring/,
    fix: /ghostgate install/,
  },
  {
    name: 'a door without the gate',
    facts: { dialplan: new Map() },
    told: 'doors failed',
    what: /^anybody can call into \[in\] \(chan_pjsip, endpoint anonymous\), and it rings before/,
    fix: /Allow Anonymous Inbound SIP Calls/,
  },
  {
    name: 'a trunk by its name',
    facts: {
      doors: [{ driver: 'chan_pjsip', endpoint: 'gntel', context: 'from-trunk', by: 'name' }],
    },
    told: 'doors failed',
    what: /^whoever writes gntel into From can call into \[from-trunk\]/,
    fix: /identify_by = ip/,
  },
  {
    name: 'guests of chan_sip',
    facts: { doors: [{ driver: 'chan_sip', endpoint: '', context: 'default', by: 'guests' }] },
    told: 'doors failed',
    what: /^anybody can call into \[default\] \(chan_sip, allowguest\)/,
    fix: /allowguest = no/,
  },
  {
    name: 'a door without the gate, which the policy does not have',
    policy: NO_GATE,
    facts: { dialplan: new Map() },
    told: 'doors warning',
    what: /rings before/,
    fix: /ghostgate install/,
  },
  {
    name: 'no stranger comes in',
    facts: { doors: doors?.slice(1) },
    told: 'doors ok',
    what: /no stranger/,
    fix: /^$/,
  },
  {
    name: 'doors are not told',
    facts: { doors: undefined },
    told: 'doors unseen',
    what: /is not told/,
    fix: /write = system/,
  },
  {
    name: 'no ACL',
    facts: { acl: { ...acl, firstPermit: '' } },
    told: 'acl failed',
    what: /knows no ACL ghostgate/,
    fix: /#include ghostgate_acl\.conf/,
  },
  {
    name: 'files cannot be seen',
    facts: { acl: { ...acl, firstPermit: undefined } },
    told: 'acl unseen',
    what: /is not told/,
    fix: /acl show ghostgate/,
  },
  {
    name: 'the ACL denies everybody',
    facts: { acl: { ...acl, deniesAll: true } },
    told: 'acl failed',
    what: /denies everybody/,
    fix: /module reload acl/,
  },
  {
    name: 'the ACL stands nowhere',
    facts: { acl: { ...acl, attached: ['other'] } },
    told: 'acl failed',
    what: /stands before nothing/,
    fix: /\[ghostgate\]\ntype = acl\nacl = ghostgate/,
  },
  {
    name: 'where the ACL stands is not told',
    facts: { acl: { ...acl, attached: undefined } },
    told: 'acl unseen',
    what: /not told/,
    fix: /type = acl/,
  },
  {
    name: 'chan_sip alone',
    facts: { drivers: { pjsip: false, sip: true } },
    told: 'acl warning',
    what: /only chan_sip/,
    fix: /enforce: \[nftables\]/,
  },
  {
    name: 'the PBX is ahead',
    facts: { clock: { ...clock, seconds: NOW + 60 } },
    told: 'clock failed',
    what: /60 s ahead of ours/,
    fix: /set-ntp true/,
  },
  {
    name: 'the PBX is behind',
    facts: { clock: { ...clock, seconds: NOW - 60 } },
    told: 'clock failed',
    what: /59 s behind ours/,
    fix: /set-ntp true/,
  },
  {
    name: 'the PBX is behind, without a gate',
    policy: NO_GATE,
    facts: { clock: { ...clock, seconds: NOW - 60 } },
    told: 'clock warning',
    what: /times in logs/,
    fix: /set-ntp/,
  },
  {
    name: 'two seconds are nothing',
    facts: { clock: { ...clock, seconds: NOW + 2 } },
    told: 'clock ok',
    what: /agree/,
    fix: /^$/,
  },
  {
    name: 'the clock is not told',
    facts: { clock: { ...clock, seconds: 0 } },
    told: 'clock unseen',
    what: /not tell/,
    fix: /date -u/,
  },
]);
