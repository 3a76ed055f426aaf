import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aclDangers } from '../../../src/enforce/acl-danger.ts';
import { listText, NOBODY } from '../../../src/enforce/acl-xml.ts';
import { deniedBy, openLists, profilesOf } from '../../../src/pbx/freeswitch/configuration.ts';
import { descendants, parseXml, type XmlElement } from '../../../src/pbx/freeswitch/xml.ts';
import { ban } from '../../enforce/contract.ts';
import { fromRoot } from '../../root.ts';

const FOLDER = fromRoot('dialplan/freeswitch');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.xml'));

test('every file of dialplan/freeswitch is one document, and FreeSWITCH follows no comment of it', () => {
  assert.ok(FILES.length >= 6);
  for (const name of FILES) {
    const text = textOf(name);
    assert.notEqual(parseXml(text), undefined, name);
    // It executes directives within comments, and drops lines that only name them.
    const comments = [...text.matchAll(/<!--.*?-->/gs)].map(([comment]) => comment).join();
    assert.doesNotMatch(comments, /x-pre-process|<!--#|<\?|<\/?include>/i, name);
  }
});

test('the list that ships is what the program writes, and denies nobody', () => {
  assert.equal(textOf('ghostgate.acl.xml'), listText('ghostgate', [], []));
  const list = parsed('ghostgate.acl.xml');
  assert.deepEqual(deniedBy(list, 'ghostgate'), new Set([NOBODY]));
  assert.deepEqual(
    [...openLists(list)].filter((name) => name.startsWith('ghostgate')),
    ['ghostgate'],
  );
});

test('no profile that ships lets anybody in without a password', () => {
  const profiles = profilesOf(parsed('external.xml', 'profile'));
  assert.deepEqual(
    profiles.map(({ inboundAcl }) => inboundAcl),
    [['ghostgate_trunks']],
  );
  assert.deepEqual(aclDangers(profiles, 'ghostgate'), []);
});

test('the gate goes on without a list, and asks for the source of the packet', () => {
  const conditions = descendants(parsed('ghostgate.gate.xml'), 'condition');
  assert.deepEqual(
    conditions.map(({ attributes }) => [attributes.get('field'), attributes.get('expression')]),
    [
      ['${acl(0.0.0.1 ghostgate)}', '^true$'],
      ['${acl(${network_addr} ghostgate)}', '^false$'],
    ],
  );
});

test('what the enforcer writes, the link reads back', () => {
  const target = fc.oneof(
    fc.ipV4().filter((address) => address !== NOBODY),
    fc.constantFrom('10.0.0.0/8', '2001:db8::7', '2001:db8:1::/64'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(target, { maxLength: 70 }), (targets) => {
      const text = listText(
        'ghostgate',
        targets.map((each) => ban(each)),
        ['203.0.113.0/28'],
      );
      const held = deniedBy(documentOf(text), 'ghostgate');
      assert.deepEqual(held, new Set([NOBODY, ...targets]));
    }),
  );
});

function textOf(name: string): string {
  return readFileSync(`${FOLDER}/${name}`, 'utf8');
}

/** @param within element to stand around it, as configurations do around a profile */
function parsed(name: string, within = ''): XmlElement {
  return documentOf(within === '' ? textOf(name) : `<${within}s>${textOf(name)}</${within}s>`);
}

function documentOf(text: string): XmlElement {
  const found = parseXml(text);
  assert.ok(found !== undefined);
  return found;
}
