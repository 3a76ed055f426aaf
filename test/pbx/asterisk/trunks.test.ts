import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../../src/pbx/asterisk/frame.ts';
import type { Asking } from '../../../src/pbx/asterisk/examine/config.ts';
import { askTrunks } from '../../../src/pbx/asterisk/examine/trunks.ts';
import { AmiError } from '../../../src/pbx/asterisk/errors.ts';

type Answers = Readonly<Record<string, readonly string[]>>;

/** As Asterisk 16.28 and 22.10 answered; keys that nobody reads are left out. */
const PJSIP: Answers = {
  PJSIPShowEndpoints: [
    'EndpointList|ObjectName: 6001|Auths: 6001|OutboundAuths: |Contacts: 6001/sip:6001@198.51.100.20:5060,',
    'EndpointList|ObjectName: anonymous|Auths: |OutboundAuths: |Contacts: ',
    'EndpointList|ObjectName: gntel|Auths: |OutboundAuths: gntel|Contacts: gntel/sip:31201234567@sip.carrier.example:5060,',
    'EndpointList|ObjectName: hdr|Auths: |OutboundAuths: |Contacts: ',
    'EndpointList|ObjectName: paging|Auths: |OutboundAuths: |Contacts: paging/sip:10.1.2.3:5060,',
    'EndpointList|ObjectName: trunk|Auths: |OutboundAuths: |Contacts: trunk/sip:198.51.100.7:5060,',
  ],
  PJSIPShowRegistrationsOutbound: [
    'OutboundRegistrationDetail|ObjectName: gntel-reg|ServerUri: sip:reg.carrier.example:5060|Endpoint: gntel|OutboundProxy: sip:proxy.carrier.example;lr',
    'AuthDetail|ObjectName: gntel|Password: secret',
  ],
  'PJSIPShowEndpoint trunk': [
    'EndpointDetail|ObjectName: trunk',
    'IdentifyDetail|ObjectName: trunk|Match: 198.51.100.7/255.255.255.255,203.0.113.16/255.255.255.240|MatchHeader: ',
  ],
  'PJSIPShowEndpoint hdr': ['IdentifyDetail|ObjectName: hdr|Match: |MatchHeader: X-Tenant: one'],
};
const SIP: Answers = {
  SIPpeers: [
    'PeerEntry|ObjectName: 6001|Dynamic: yes|IPaddress: -none-',
    'PeerEntry|ObjectName: gntel|Dynamic: no|IPaddress: 198.51.100.5',
    'PeerEntry|ObjectName: trunk|Dynamic: no|IPaddress: 198.51.100.7',
  ],
  'SIPshowpeer gntel': ['Success|ToHost: sip.carrier.example|Dynamic: N'],
  'SIPshowpeer trunk': ['Success|ToHost: 198.51.100.7|Dynamic: N'],
  SIPshowregistry: [
    'RegistryEntry|Host: trunk|Port: 5060|Username: 777',
    'RegistryEntry|Host: sip.carrier.example|Port: 5060',
    'RegistryEntry|Host: reg.other.example|Port: 5060',
  ],
};

test('chan_pjsip: registrations, identify, and contacts of what is linked to them', async () => {
  assert.deepEqual(sourcesOf(await askTrunks(asking(PJSIP))), {
    gntel: ['reg.carrier.example', 'proxy.carrier.example', 'sip.carrier.example'],
    trunk: ['198.51.100.7', '203.0.113.16/28'],
  });
});

test('chan_pjsip: pjsip.conf keeps the names that an identify was written with', async () => {
  const config = [
    'Success|Line-000000-000000: endpoint=trunk|Line-000000-000001: type=identify|Line-000000-000002: match=sip.carrier.example,198.51.100.7|Line-000001-000000: type=identify|Line-000001-000001: endpoint=hdr|Line-000001-000002: match_header=X: y',
  ];
  const found = await askTrunks(asking({ ...PJSIP, GetConfig: config }));
  assert.deepEqual(sourcesOf(found)['trunk'], ['sip.carrier.example', '198.51.100.7']);
});

test('chan_sip: peers with a fixed host, and registrations', async () => {
  assert.deepEqual(sourcesOf(await askTrunks(asking(SIP))), {
    gntel: ['sip.carrier.example'],
    trunk: ['198.51.100.7'],
    'reg.other.example': ['reg.other.example'],
  });
});

test('nothing is known of a PBX that does not tell, and no password is kept', async () => {
  assert.equal(await askTrunks(asking({})), undefined);
  assert.ok(!JSON.stringify(await askTrunks(asking(PJSIP))).includes('secret'));
});

function sourcesOf(found: Awaited<ReturnType<typeof askTrunks>>) {
  return Object.fromEntries((found ?? []).map(({ name, sources }) => [name, sources]));
}

/** A PBX that knows these actions alone. */
function asking(answers: Answers): Asking {
  const of = (action: Readonly<Record<string, string>>): Frame[] | undefined => {
    const about = action['Endpoint'] ?? action['Peer'];
    const name = about === undefined ? action['Action'] : `${action['Action']} ${about}`;
    const known = name !== undefined && name in answers;
    if (!known && about !== undefined) return [];
    return answers[name ?? '']?.map(frame);
  };
  return {
    async request(action) {
      return of(action)?.[0] ?? frame('Error|Message: Permission denied');
    },
    async list(action) {
      const frames = of(action);
      if (frames !== undefined) return frames;
      throw new AmiError('refused', 'no', { answer: 'Invalid/unknown command' });
    },
  };
}

function frame(text: string): Frame {
  const [name = '', ...lines] = text.split('|');
  const fields = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  return { kind: 'event', name, fields, chanVariables: [] };
}
