import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundPbx } from '../../../src/cli/init/found.ts';
import { look } from '../../../src/cli/init/look.ts';
import { asteriskOf } from '../install/files.ts';
import { FREEPBX } from '../install/freepbx.ts';
import { machineOf } from './machine.ts';

const PJSIP = `[udp]
type = transport
bind = 0.0.0.0:5888
local_net = 192.168.7.0/24
[carrier](!)
type = endpoint
context = from-trunk
[gntel](carrier)
aors = gntel
outbound_auth = gntel
[gntel]
type = aor
contact = sip:sip.gntel.example:5060
[gntel]
type = identify
endpoint = gntel
match = 203.0.113.0/28,198.51.100.7
match = sip.gntel.example
match_header = X-Carrier: 1
[gntel-login]
type = registration
server_uri = sip:reg.gntel.example\\;transport=tcp
outbound_proxy = sip:proxy.gntel.example\\;lr
endpoint = gntel
[other]
type = registration
server_uri = sip:other.example
[wide]
type = identify
endpoint = wide
match = 0.0.0.0/0,203.0.0.0/8,127.0.0.1
[6001]
type = endpoint
auth = 6001
aors = 6001
[6001]
type = aor
contact = sip:6001@192.0.2.6
[anonymous]
type = endpoint
`;
const SIP = `[general]
bindport = 5062
localnet = 10.20.0.0/255.255.0.0
register => me:se/cr@et@sip.old.example:5065/123
register => me:pw@carrier
[carrier]
type = peer
host = 203.0.113.77
[phone]
type = friend
host = dynamic
[template](!)
type = peer
host = 192.0.2.1
`;
const GATEWAYS = `<include>
  <!-- <gateway name="gone"><param name="proxy" value="gone.example"/></gateway> -->
  <gateway name="gntel">
    <param name="realm" value="realm.example"/>
    <param name="proxy" value="$\${carrier}:5080"/>
    <param name="password" value="secret.example"/>
  </gateway>
  <gateway name="by-name.example"></gateway>
</include>`;

test('trunks, networks and ports of each kind of PBX', async () => {
  const rows: {
    what: string;
    kind: FoundPbx['kind'];
    folder?: string;
    files: Record<string, string>;
    says?: Record<string, string>;
    trunks: string[];
    networks?: string[];
    ports?: number[];
    notes?: RegExp;
  }[] = [
    {
      what: 'chan_pjsip',
      kind: 'asterisk',
      files: asteriskOf({ 'pjsip.conf': PJSIP }),
      trunks: [
        'gntel: 203.0.113.0/28, 198.51.100.7, sip.gntel.example, reg.gntel.example, proxy.gntel.example',
        'other: other.example',
      ],
      networks: ['192.168.7.0/24'],
      ports: [5888],
      notes:
        /wide: no source that a policy takes: 0\.0\.0\.0\/0\n.*203\.0\.0\.0\/8\n.*127\.0\.0\.1/,
    },
    {
      what: 'chan_sip',
      kind: 'asterisk',
      files: asteriskOf({ 'sip.conf': SIP }),
      trunks: ['carrier: 203.0.113.77', 'sip.old.example: sip.old.example'],
      networks: ['10.20.0.0/16'],
      ports: [5062],
    },
    {
      what: 'a wizard',
      kind: 'asterisk',
      files: asteriskOf({
        'pjsip_wizard.conf': `[a b]
type = wizard
sends_registrations = yes
remote_hosts = sip.a.example,203.0.113.5:5070
[phone]
type = wizard
accepts_auth = yes
remote_hosts = 192.0.2.3
`,
      }),
      trunks: ['a-b: sip.a.example, 203.0.113.5'],
    },
    {
      what: 'FreePBX, whose files are included one by another',
      kind: 'freepbx',
      files: asteriskOf({
        ...FREEPBX,
        'pjsip.conf': `${FREEPBX['pjsip.conf'] ?? ''}\n#include pjsip.identify.conf\n`,
        'pjsip.identify.conf': '[t]\ntype=identify\nendpoint=t\nmatch=203.0.113.3\n',
      }),
      trunks: ['t: 203.0.113.3'],
      ports: [5060],
    },
    {
      what: 'gateways and lists of FreeSWITCH',
      kind: 'freeswitch',
      folder: '/etc/freeswitch',
      files: {
        '/etc/freeswitch/freeswitch.xml': '',
        '/etc/freeswitch/vars.xml':
          '<include>\n<X-PRE-PROCESS cmd="set" data="carrier=sip.c.example"/>\n</include>',
        '/etc/freeswitch/sip_profiles/external.xml':
          '<profile name="external"><settings><param name="sip-port" value="5080"/>\n<param name="apply-inbound-acl" value="providers"/></settings></profile>',
        '/etc/freeswitch/sip_profiles/external/gntel.xml': GATEWAYS,
        '/etc/freeswitch/autoload_configs/acl.conf.xml':
          '<list name="lan"><node type="allow" cidr="192.0.2.0/24"/></list><list name="providers"><node type="allow" cidr="203.0.113.0/28"/><node type="deny" cidr="198.51.100.0/24"/></list>',
      },
      says: {
        'fs_cli -x sofia xmlstatus gateway':
          '<gateways><gateway><name>db</name><proxy>sip:db.example:5060</proxy></gateway></gateways>',
      },
      trunks: [
        'gntel: sip.c.example',
        'by-name.example: by-name.example',
        'providers: 203.0.113.0/28',
        'db: db.example',
      ],
      ports: [5080],
    },
  ];
  for (const { what, kind, folder = '/etc/asterisk', files, says, ...want } of rows) {
    const found = await look(machineOf({ files, says }), { kind, folder, sign: '' });
    const told = found.trunks.map(({ name, sources }) => `${name}: ${sources.join(', ')}`);
    assert.deepEqual(told, want.trunks, what);
    assert.deepEqual(
      found.networks.map(({ network }) => network),
      want.networks ?? [],
      what,
    );
    assert.deepEqual(found.sipPorts, want.ports ?? [], what);
    if (want.notes) assert.match(found.notes.join('\n'), want.notes, what);
    assert.ok(!JSON.stringify(found).includes('se/cr'), 'no password is told');
  }
});
