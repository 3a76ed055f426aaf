import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asteriskFlight, freeswitchFlight } from '../../../src/cli/doctor/canary-flight.ts';
import type { CanaryFacts, Flight } from '../../../src/cli/doctor/canary.ts';
import { checkCanary } from '../../../src/cli/doctor/check-canary.ts';
import type { FreeswitchFacts } from '../../../src/pbx/freeswitch/examine.ts';
import { gatedPolicy, healthy } from './facts.ts';

const HERE = { isOwn: (address: string) => address === '192.0.2.10', insist: false };
const { gate, doors } = healthy();
const step = { extension: '_X.', priority: 1, application: 'Gosub', data: 'ghostgate-gate,s,1' };
const some = new Map([['in', { steps: [step], includes: [] }]]);

/** A canary may ring nobody, unless somebody insists. */
const flights: readonly [name: string, flight: Flight, told: string][] = [
  [
    'guests wait in the gate',
    asteriskFlight(healthy(), gatedPolicy(), HERE),
    'INVITE 127.0.0.1:5060 judged',
  ],
  [
    'no guests',
    asteriskFlight({ ...healthy(), doors: doors?.slice(1) }, gatedPolicy(), HERE),
    'INVITE 127.0.0.1:5060',
  ],
  [
    'guests without a gate',
    asteriskFlight({ ...healthy(), dialplan: new Map() }, gatedPolicy(), HERE),
    'REGISTER 127.0.0.1:5060',
  ],
  [
    'the gate holds some numbers alone',
    asteriskFlight({ ...healthy(), dialplan: some }, gatedPolicy(), HERE),
    'REGISTER 127.0.0.1:5060',
  ],
  [
    'nobody judges',
    asteriskFlight({ ...healthy(), gate: { ...gate, alive: 0 } }, gatedPolicy(), HERE),
    'REGISTER 127.0.0.1:5060',
  ],
  [
    'only observed',
    asteriskFlight(healthy(), { ...gatedPolicy(), mode: 'observe' }, HERE),
    'REGISTER 127.0.0.1:5060',
  ],
  [
    'doors not told',
    asteriskFlight({ ...healthy(), doors: undefined }, gatedPolicy(), HERE),
    'REGISTER 127.0.0.1:5060',
  ],
  [
    'insisted',
    asteriskFlight({ ...healthy(), dialplan: new Map() }, gatedPolicy(), { ...HERE, insist: true }),
    'INVITE 127.0.0.1:5060',
  ],
  [
    'an address of ours',
    asteriskFlight({ ...healthy(), listens: ['192.0.2.10'] }, gatedPolicy(), HERE),
    'INVITE 192.0.2.10:5060 judged',
  ],
  [
    'an address of another',
    asteriskFlight({ ...healthy(), listens: ['192.0.2.11:5060'] }, gatedPolicy(), HERE),
    'the PBX takes no SIP over UDP at an address of this machine',
  ],
  ['FreeSWITCH challenges', freeswitchFlight(freeswitch(), HERE), 'INVITE 192.0.2.10:5060'],
  [
    'FreeSWITCH, insisted',
    freeswitchFlight(freeswitch(), { ...HERE, insist: true }),
    'INVITE 192.0.2.10:5080 judged',
  ],
  [
    'FreeSWITCH lets in by a list',
    freeswitchFlight({ ...freeswitch(), open: new Set(['domains']) }, HERE),
    'no profile challenges callers, and a call might ring: add --canary to send it all the same',
  ],
];

for (const [name, flight, told] of flights) {
  test(`where a canary flies: ${name}`, () => {
    const words =
      'why' in flight
        ? flight.why
        : `${flight.method} ${flight.host}:${flight.port}${flight.judged ? ' judged' : ''}`;
    assert.equal(words, told);
  });
}

const FLIGHT = { method: 'INVITE', host: '127.0.0.1', port: 5060, judged: true } as const;
const SEEN = { flight: FLIGHT, answer: 403, event: 'Newchannel', eventMs: 3.2 };

const ends: readonly [
  name: string,
  facts: CanaryFacts,
  daemon: boolean,
  level: string,
  what: RegExp,
][] = [
  [
    'judged',
    { ...SEEN, verdict: { verdict: 'reject', rule: 'canary' } },
    true,
    'ok',
    /Newchannel after 3 ms, and Ghostgate said reject \(canary\)/,
  ],
  ['not judged', SEEN, true, 'failed', /gave no verdict/],
  ['not judged, and nobody runs', SEEN, false, 'ok', /no Ghostgate runs/],
  [
    'no verdict is due',
    { ...SEEN, flight: { ...FLIGHT, judged: false } },
    true,
    'ok',
    /after 3 ms$/,
  ],
  [
    'no event',
    { flight: FLIGHT, answer: 401 },
    true,
    'failed',
    /answered .* with 401, and no event of it came/,
  ],
  ['silence', { flight: FLIGHT, answer: 0 }, true, 'warning', /was not answered/],
  ['cannot be sent', { flight: FLIGHT, fault: 'connect EPERM' }, true, 'warning', /EPERM/],
  ['may not fly', { flight: { why: 'it is far away' } }, true, 'unseen', /it is far away/],
];

for (const [name, facts, daemon, level, what] of ends) {
  test(`what becomes of a canary: ${name}`, () => {
    const found = checkCanary(facts, daemon);
    assert.equal(found.level, level);
    assert.match(found.what, what);
  });
}

function freeswitch(): FreeswitchFacts {
  const common = { registerAcl: [], blind: false, context: 'public' };
  return {
    version: 'FreeSWITCH 1.11.2',
    clock: { seconds: 1, askedAt: 1000, answeredAt: 1000 },
    profiles: [
      { ...common, name: 'external', authenticates: false, inboundAcl: [] },
      { ...common, name: 'internal', authenticates: true, inboundAcl: ['domains'] },
    ],
    open: new Set(),
    first: new Map([['public', 'unloop']]),
    lists: new Map(),
    gate: { there: true, alive: 0, closed: 0, held: undefined },
    trunks: [],
    listens: [
      { profile: 'external', address: '192.0.2.10', port: 5080 },
      { profile: 'internal', address: '192.0.2.10', port: 5060 },
    ],
  };
}
