import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { examineFreeswitch } from '../../../src/pbx/freeswitch/examine.ts';
import { closeAllEsl, eslSettings, startFakeEsl } from '../../fake/esl-attach.ts';

after(closeAllEsl);

const SOFIA = `<configuration name="sofia.conf"><profiles>
<profile name="internal"><settings><param name="auth-calls" value="true"/>
<param name="context" value="public"/><param name="apply-inbound-acl" value="domains"/></settings></profile>
<profile name="external"><settings><param name="auth-calls" value="false"/>
<param name="context" value="from-outside"/></settings></profile>
</profiles></configuration>`;
const ACL = `<configuration name="acl.conf"><network-lists>
<list name="ghostgate" default="allow"><node type="deny" cidr="0.0.0.2/32"/><node type="deny" cidr="203.0.113.9/32"/></list>
</network-lists></configuration>`;
const STATUS = `                     Name\t   Type\t   Data\tState
              198.18.10.1\t  alias\t   internal\tALIASED
                 external\tprofile\t   sip:mod_sofia@198.18.10.1:5080\tRUNNING (0)
                 internal\tprofile\t   sip:mod_sofia@[2001:db8::1]:5060\tRUNNING (0)
`;

const HASH: Readonly<Record<string, string>> = {
  carrier: 'D/ghostgate_carrier_198.51.100.7/1800000999\n',
};

/** What \`acl ADDRESS ghostgate\` answers for nobody's address and for anybody's, and what that means. */
const lists: readonly [nobody: boolean, anybody: boolean, xml: string, state: string][] = [
  [false, true, ACL, 'right'],
  [true, true, ACL, 'foreign'],
  [false, false, ACL, 'closed'],
  [false, false, '<configuration name="acl.conf"/>', 'missing'],
];

for (const [nobody, anybody, xml, state] of lists) {
  test(`a FreeSWITCH tells of itself; its list is ${state}`, async () => {
    const fake = await startFakeEsl();
    fake.answers.set('version', 'FreeSWITCH Version 1.11.2-release~64bit ( 64bit)\n');
    fake.answers.set('strepoch', '1800000000');
    fake.answers.set('sofia status', STATUS);
    fake.answers.set('xml_locate configuration configuration name sofia.conf', SOFIA);
    fake.answers.set('xml_locate configuration configuration name acl.conf', xml);
    fake.answers.set(
      'xml_locate dialplan context name from-outside',
      '<context name="from-outside"><extension name="ghostgate"/><extension name="x"/></context>',
    );
    fake.answers.set('xml_locate dialplan context name public', "can't find anything\n");
    fake.answers.set('acl 0.0.0.2 ghostgate', String(nobody));
    fake.answers.set('acl 192.0.2.1 ghostgate', String(anybody));
    fake.answers.set('hash select/ghostgate_state/alive', '1800000003');
    fake.answers.set('hash select/ghostgate_state/closed', '-ERR no reply\n');
    for (const list of ['trust', 'carrier', 'checked', 'ban']) {
      fake.answers.set(`hash_dump db ghostgate_${list}`, HASH[list] ?? '-ERR no reply\n');
    }
    const { policy } = eslSettings(fake.port);
    const facts = await examineFreeswitch(policy, ['ghostgate'], '0.0.0.2', () => 1000);
    assert.equal(facts.version, 'FreeSWITCH 1.11.2');
    assert.deepEqual(facts.clock, { seconds: 1_800_000_000, askedAt: 1000, answeredAt: 1000 });
    assert.deepEqual(
      facts.profiles?.map(({ name, context, authenticates }) => [name, context, authenticates]),
      [
        ['internal', 'public', true],
        ['external', 'from-outside', false],
      ],
    );
    assert.deepEqual(
      [...facts.first],
      [
        ['public', undefined],
        ['from-outside', 'ghostgate'],
      ],
    );
    assert.deepEqual(facts.listens, [
      { profile: 'external', address: '198.18.10.1', port: 5080 },
      { profile: 'internal', address: '2001:db8::1', port: 5060 },
    ]);
    assert.equal(facts.lists.get('ghostgate')?.state, state);
    const { held, ...gate } = facts.gate;
    assert.deepEqual(gate, { there: true, alive: 1_800_000_003, closed: 0 });
    assert.deepEqual([...(held?.carrier ?? [])], [['198.51.100.7', 1_800_000_999]]);
  });
}
