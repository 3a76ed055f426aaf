import type { AsteriskFacts } from '../../../src/pbx/asterisk/examine/facts.ts';
import type { AsteriskPbx } from '../../../src/policy/policy-pbx.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { policyOf } from '../../judge/fixture.ts';

export const NOW = 1_800_000_000;

/** A PBX where nothing is wrong: guests come in by the gate. */
export function healthy(): AsteriskFacts {
  const step = { extension: '_.', priority: 1, application: 'Gosub', data: 'ghostgate-gate,s,1' };
  return {
    version: 'Asterisk 22.10.1',
    clock: { seconds: NOW, askedAt: NOW * 1000 + 400, answeredAt: NOW * 1000 + 402 },
    actions: new Set(['Getvar', 'Setvar', 'DBPut', 'ShowDialPlan']),
    filtered: true,
    reads: ['security', 'call'],
    eventFilters: [],
    channelVariables: ['GHOSTGATE_TOKEN'],
    token: 'mark',
    gate: { loaded: true, outdated: false, alive: NOW + 3, closed: NOW + 1000, held: undefined },
    doors: [
      { driver: 'chan_pjsip', endpoint: 'anonymous', context: 'in', by: 'guests' },
      { driver: 'chan_pjsip', endpoint: 'gntel', context: 'from-trunk', by: 'address' },
    ],
    dialplan: new Map([['in', { steps: [step], includes: [] }]]),
    acl: { firstPermit: '0.0.0.0/0.0.0.0', deniesAll: false, attached: ['ghostgate'] },
    drivers: { pjsip: true, sip: false },
    listens: ['0.0.0.0:5060'],
    trunks: [],
  };
}

export const PBX: AsteriskPbx = {
  name: 'acme',
  asterisk: {
    host: '127.0.0.1',
    port: 5038,
    username: 'ghostgate',
    secret: 'secret',
    tls: false,
    allowClearTextOverNetwork: false,
    channelToken: 'mark',
  },
};

export function gatedPolicy(): Policy {
  return {
    ...policyOf(),
    pbxs: [PBX],
    gate: { enabled: true, whenAway: 'trusted_only', trustForSeconds: 86_400 },
    enforce: [
      {
        kind: 'asterisk-acl',
        file: '/etc/asterisk/ghostgate_acl.conf',
        acl: 'ghostgate',
        capacity: 2000,
        pbxs: ['acme'],
      },
    ],
  };
}
