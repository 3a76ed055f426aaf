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
import { gateExtension } from './gate-xml.ts';

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

test('the gate is one extension, for FusionPBX keeps one an entry, and no action comes before its end', () => {
  const gate = gateExtension();
  assert.equal(gate.attributes.get('continue'), undefined);
  const actions = descendants(gate, 'action').map(({ attributes }) => [...attributes]);
  const hangup = `\${cond('\${hash(select/ghostgate_state/cause)}' == '' ? CALL_REJECTED : \${hash(select/ghostgate_state/cause)})}`;
  for (const action of actions) {
    assert.deepEqual(action, [
      ['application', 'hangup'],
      ['data', hangup],
    ]);
  }
  // Control characters, three kinds of ban, nobody judges.
  assert.equal(actions.length, 5);
  assert.equal(descendants(gate, 'anti-action').length, 0, 'FreeSWITCH takes it for a match');
});

test('the gate asks in this order, and what is not answered lets the call on', () => {
  const steps = gateExtension().children.map((condition) => {
    const { attributes, children } = condition;
    const tests = attributes.has('regex') ? descendants(condition, 'regex') : [condition];
    const fields = tests.map((each) => each.attributes.get('field') ?? '').join(' ');
    const lists = [...fields.matchAll(/ghostgate_(\w+|\w+\/\w+)\/|acl/g)].map(([found]) => found);
    const nested = children.some(({ name }) => name === 'condition') ? ['pause'] : [];
    return [attributes.get('break') ?? 'on-false', ...new Set(lists), ...nested].join(' ');
  });
  assert.deepEqual(steps, [
    'on-false',
    'on-false',
    'on-true',
    'on-false',
    'on-true ghostgate_ban/',
    'on-true ghostgate_ban/',
    'on-true acl',
    'on-false ghostgate_trust/',
    'on-false ghostgate_trust/',
    'never',
    'on-false ghostgate_carrier/ ghostgate_junk/',
    'never ghostgate_state/ pause',
    'on-false ghostgate_state/ ghostgate_checked/',
  ]);
});

test('the pause is a tenth of a second at the most', () => {
  const fields = descendants(gateExtension(), 'condition').map(
    ({ attributes }) => attributes.get('field') ?? '',
  );
  const pauses = fields.flatMap((field) => /^\$\{msleep\((\d+)\)\}/.exec(field)?.[1] ?? []);
  const sum = pauses.reduce((all, ms) => all + Number(ms), 0);
  assert.ok(sum > 90 && sum <= 100, `${sum} ms`);
});

test('no text of a sender becomes part of a command before it is known to be plain', () => {
  const fields = [...textOf('ghostgate.gate.xml').matchAll(/(?:field|data)="([^"]*)"/g)].map(
    ([, field]) => field ?? '',
  );
  const expanded = fields.filter((field) => field.includes('${'));
  const names = new Set(
    expanded.flatMap((field) => [...field.matchAll(/\$\{([\w[\]]+)\}/g)].map(([, name]) => name)),
  );
  // The caller's number is looked up last, where the expression in front of it found it plain.
  const expected = [
    'DP_MATCH[1]',
    'DP_MATCH[2]',
    'DP_MATCH[3]',
    'caller_id_number',
    'direction',
    'ghostgate',
    'network_addr',
    'uuid',
  ];
  assert.deepEqual(names, new Set(expected));
  const tests = descendants(gateExtension(), 'regex').map(({ attributes }) => [
    attributes.get('field'),
    attributes.get('expression'),
  ]);
  const lookup = tests.findIndex(([field]) => field?.includes('${caller_id_number}'));
  assert.deepEqual(tests[lookup - 1], ['caller_id_number', '[^+*#0-9A-Za-z._ -]']);
  const plain = /^[+*#0-9A-Za-z._ -]*$/;
  for (const text of ['$', '{', '}', '(', ')', '/', "'", '|', '\\', '\n', '%', 'é']) {
    assert.doesNotMatch(text, plain);
    assert.match(text, new RegExp(tests[lookup - 1]?.[1] ?? '^'));
  }
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
