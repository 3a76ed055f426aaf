import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  deniedBy,
  openDoors,
  openLists,
  profilesOf,
} from '../../../src/pbx/freeswitch/configuration.ts';
import { descendants, parseXml, type XmlElement } from '../../../src/pbx/freeswitch/xml.ts';

function xml(text: string): XmlElement {
  const parsed = parseXml(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

const ACL_CONF = `<configuration name="acl.conf" description="Network Lists">
  <network-lists>
    <list name="lan" default="allow">
      <node type="deny" cidr="192.168.42.0/24"></node>
    </list>
    <list name="domains" default="deny"><node type="allow" domain="198.18.0.1"/></list>
    <list name="ghostgate" default="allow">
      <node type="deny" cidr="198.18.1.20/32,2001:db8:0:1::/64,2001:db8::7/128"/>
      <node type="deny" cidr="203.0.113.9/28, 198.18.1.21/32"/>
      <node type="deny" cidr="198.18.1.22"/>
      <node type="deny" cidr="10/8,bogus/32,300.1.1.1/32"/>
      <node type="deny" host="198.18.1.23" mask="255.255.255.255"/>
      <node type="allow" cidr="198.18.2.1/32"/>
    </list>
  </network-lists>
</configuration>`;

describe('deniedBy', () => {
  it('reads what is in force, canonical, and leaves out what FreeSWITCH skips', () => {
    assert.deepEqual(
      [...(deniedBy(xml(ACL_CONF), 'ghostgate') ?? [])],
      ['198.18.1.20', '2001:db8:0:1::/64', '2001:db8::7', '203.0.113.0/28', '198.18.1.21'],
    );
  });

  it('tells an empty list from none', () => {
    assert.deepEqual(deniedBy(xml(ACL_CONF), 'domains'), new Set());
    assert.equal(deniedBy(xml(ACL_CONF), 'Ghostgate'), undefined);
  });

  it('takes the later of two lists with one name', () => {
    const two =
      '<a><list name="x"><node type="deny" cidr="1.1.1.1/32"/></list><list name="x"/></a>';
    assert.deepEqual(deniedBy(xml(two), 'x'), new Set());
  });
});

const SOFIA_CONF = `<configuration name="sofia.conf"><profiles>
  <profile name="internal"><gateways/><settings>
    <param name="auth-calls" value="true"/><param name="apply-inbound-acl" value="domains"/>
    <param name="apply-inbound-acl" value="ghostgate"/>
    <param name="apply-register-acl" value="lan"/>
  </settings></profile>
  <profile name="external"><gateways><gateway name="x"><param name="auth-calls" value="true"/></gateway></gateways>
    <settings><param name="auth-calls" value="false"/><param name="apply-inbound-acl" value="ghostgate"/></settings>
  </profile>
  <profile name="silent"><settings><param name="accept-blind-reg" value="true"/></settings></profile>
</profiles></configuration>`;

describe('profilesOf', () => {
  it('reads whom each lets in; what is not said is taken for the dangerous case', () => {
    assert.deepEqual(profilesOf(xml(SOFIA_CONF)), [
      {
        name: 'internal',
        authenticates: true,
        inboundAcl: ['domains', 'ghostgate'],
        registerAcl: ['lan'],
        blind: false,
      },
      {
        name: 'external',
        authenticates: false,
        inboundAcl: ['ghostgate'],
        registerAcl: [],
        blind: false,
      },
      { name: 'silent', authenticates: true, inboundAcl: [], registerAcl: [], blind: true },
    ]);
  });
});

describe('openDoors', () => {
  it('names everything that lets anybody in, and nothing else', () => {
    const words = openDoors(profilesOf(xml(SOFIA_CONF)), openLists(xml(ACL_CONF)));
    assert.equal(
      words,
      'anybody is let in without a password: ' +
        'profile internal: apply-inbound-acl ghostgate allows by default; ' +
        'profile internal: apply-register-acl lan allows by default; ' +
        'profile silent: accept-blind-reg or accept-blind-auth is on',
    );
  });

  it('is undefined where nobody is let in so', () => {
    const safe = SOFIA_CONF.replaceAll(/value="(?:ghostgate|lan)"/g, 'value="domains"');
    const profiles = profilesOf(xml(safe)).filter(({ blind }) => !blind);
    assert.equal(openDoors(profiles, openLists(xml(ACL_CONF))), undefined);
  });

  const lists: [string, boolean][] = [
    ['<list name="x"/>', true],
    ['<list name="x" default="allow"/>', true],
    ['<list name="x" default="true"/>', true],
    ['<list name="x" default="deny"/>', false],
    ['<list name="x" default="deny"><node type="allow" cidr="0.0.0.0/0"/></list>', true],
    ['<list name="x" default="deny"><node type="allow" cidr="10.0.0.0/8,::/0"/></list>', true],
    ['<list name="x" default="deny"><node type="deny" cidr="0.0.0.0/0"/></list>', false],
    ['<list name="x" default="deny"><node type="allow" cidr="10.0.0.0/8"/></list>', false],
  ];
  for (const [list, open] of lists) {
    it(`${open ? 'counts' : 'leaves'} ${list}`, () => {
      assert.equal(openLists(xml(`<a>${list}</a>`)).has('x'), open);
    });
  }
});

describe('parseXml', () => {
  it('reads attributes with their entities', () => {
    const [one] = descendants(
      xml(`<?xml version="1.0"?><a><!-- <b --><b x="&lt;&amp;&#65;&#x42;" y='"'/></a>`),
      'b',
    );
    assert.deepEqual(
      [...(one?.attributes ?? [])],
      [
        ['x', '<&AB'],
        ['y', '"'],
      ],
    );
  });

  const broken = [
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a x="1" x="2"/>',
    '<a x=1/>',
    '<a x="&unknown;"/>',
    '<a x="&"/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
    '<a x="<"/>',
    '<'.repeat(1000),
    '<a>'.repeat(100) + '</a>'.repeat(100),
  ];
  for (const text of broken) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(parseXml(text), undefined);
    });
  }

  it('never throws', () => {
    const word = fc.constantFrom(
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      ' ',
      'a',
      '&',
      ';',
      '!--',
      '?',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        parseXml(words.join(''));
      }),
    );
  });
});
