import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { learnFreeswitchTrunks } from '../../../src/pbx/freeswitch/trunks.ts';
import { closeAllEsl, eslSettings, startFakeEsl } from '../../fake/esl-attach.ts';

after(closeAllEsl);

const SOFIA = `<configuration name="sofia.conf"><profiles>
<profile name="external"><gateways>
<gateway name="gntel"><param name="username" value="312"/><param name="password" value="secret"/>
<param name="realm" value="sip.carrier.example"/><param name="proxy" value="198.51.100.7:5080"/>
<param name="register-proxy" value="reg.carrier.example:5070"/></gateway>
<gateway name="realm.example"><param name="register" value="false"/></gateway>
</gateways><settings><param name="apply-inbound-acl" value="providers"/>
<param name="apply-inbound-acl" value="ghostgate_trunks"/><param name="apply-inbound-acl" value="anyone"/></settings></profile>
</profiles></configuration>`;
const ACL = `<configuration name="acl.conf"><network-lists>
<list name="providers" default="deny"><node type="allow" cidr="203.0.113.16/28"/><node type="deny" cidr="203.0.113.17/32"/></list>
<list name="ghostgate_trunks" default="deny"><node type="allow" cidr="192.0.2.7/32"/></list>
<list name="anyone" default="allow"><node type="allow" cidr="192.0.2.8/32"/></list>
<list name="lan" default="deny"><node type="allow" cidr="192.0.2.9/32"/></list>
</network-lists></configuration>`;
/** As FreeSWITCH 1.11.2 prints it. */
const STATUS = `<?xml version="1.0" encoding="ISO-8859-1"?>
<gateways>
  <gateway>
    <name>gntel</name>
    <proxy>sip:198.51.100.7:5080</proxy>
  </gateway>
  <gateway>
    <name>of-a-user</name>
    <password>yes</password>
    <from>&lt;sip:x@example.com&gt;</from>
    <proxy>sip:user.carrier.example</proxy>
  </gateway>
  <gateway>
    <name>example.com</name>
    <proxy>sip:example.com</proxy>
  </gateway>
</gateways>
`;

test('gateways, those of users too, and lists that let in without a password', async () => {
  const fake = await startFakeEsl();
  fake.answers.set('xml_locate configuration configuration name sofia.conf', SOFIA);
  fake.answers.set('xml_locate configuration configuration name acl.conf', ACL);
  fake.answers.set('sofia xmlstatus gateway', STATUS);
  const found = await learnFreeswitchTrunks(eslSettings(fake.port).policy);
  assert.deepEqual(
    found?.map(({ name, sources, why }) => [name, sources.join(' '), why]),
    [
      ['gntel', '198.51.100.7 reg.carrier.example', 'gateway'],
      ['realm.example', 'realm.example', 'gateway'],
      ['of-a-user', 'user.carrier.example', 'gateway'],
      ['providers', '203.0.113.16/28', 'apply-inbound-acl'],
    ],
  );
  assert.ok(!JSON.stringify(found).includes('secret'));
});
