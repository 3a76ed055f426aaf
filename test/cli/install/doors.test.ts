import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAsterisk } from '../../../src/cli/install/asterisk-files.ts';
import { pjsipDoors } from '../../../src/cli/install/doors-pjsip.ts';
import { sipDoors } from '../../../src/cli/install/doors-sip.ts';
import { asteriskOf, filesOf } from './files.ts';

const ANONYMOUS = '[anonymous]\ntype = endpoint\ncontext = public\n';
const TRUNK = '[trunk]\ntype = endpoint\ncontext = carrier\n';
const IDENTIFY = '[trunk]\ntype = identify\nendpoint = trunk\nmatch = 203.0.113.7\n';
const PHONE = '[6001]\ntype = endpoint\ncontext = inside\nauth = 6001\n';

test('chan_pjsip: where strangers come in', () => {
  const rows: {
    what: string;
    files: Record<string, string>;
    want: string[];
    refused?: RegExp;
    more?: string[];
  }[] = [
    {
      what: 'anonymous, and no phone',
      files: { 'pjsip.conf': ANONYMOUS + PHONE },
      want: ['anonymous>public'],
    },
    {
      what: 'anonymous of a domain, in the default context',
      files: { 'pjsip.conf': '[anonymous@x.example]\ntype=endpoint\n' },
      want: ['anonymous@x.example>default'],
    },
    {
      what: 'no auth: by its name in From',
      files: { 'pjsip.conf': TRUNK + IDENTIFY },
      want: ['trunk>carrier'],
    },
    {
      what: 'by address alone',
      files: { 'pjsip.conf': `${TRUNK}identify_by = ip\n${IDENTIFY}` },
      want: [],
    },
    {
      what: 'by every address',
      files: { 'pjsip.conf': `${TRUNK}identify_by = ip\n${IDENTIFY}match = 0.0.0.0/0\n` },
      want: ['trunk>carrier'],
    },
    {
      what: 'by a header',
      files: { 'pjsip.conf': `${TRUNK}identify_by = ip\n${IDENTIFY}match_header = X-A: b\n` },
      want: ['trunk>carrier'],
    },
    {
      what: 'as asked for',
      files: { 'pjsip.conf': PHONE },
      more: ['inside'],
      want: ['6001>inside'],
    },
    {
      what: 'through a template',
      files: { 'pjsip.conf': '[t](!)\ntype=endpoint\ncontext=public\n[anonymous](t)\n' },
      want: ['anonymous>public'],
    },
    {
      what: 'from a database',
      files: {
        'pjsip.conf': PHONE,
        'sorcery.conf': '[res_pjsip]\nendpoint=realtime,ps_endpoints\n',
      },
      want: [],
      refused: /come from elsewhere/,
    },
    {
      what: 'from files, said at length',
      files: {
        'pjsip.conf': PHONE,
        'sorcery.conf':
          '[res_pjsip]\nendpoint/cache=memory_cache\nendpoint=config,pjsip.conf,criteria=type=endpoint\n',
      },
      want: [],
    },
    {
      what: 'by the wizard',
      files: { 'pjsip.conf': '', 'pjsip_wizard.conf': '[t]\ntype = wizard\nremote_hosts = x\n' },
      want: [],
      refused: /wizard t makes/,
    },
    {
      what: 'by the wizard with auth',
      files: { 'pjsip.conf': '', 'pjsip_wizard.conf': '[t]\ntype = wizard\naccepts_auth = yes\n' },
      want: [],
    },
  ];
  for (const { what, files, want, refused, more = [] } of rows) {
    const { doors, refusals } = pjsipDoors(
      readAsterisk(filesOf(asteriskOf(files)), '/etc/asterisk'),
      more,
    );
    assert.deepEqual(
      doors.map(({ section, context }) => `${section.name}>${context}`),
      want,
      what,
    );
    assert.match(refusals.map((each) => each.what).join(), refused ?? /^$/, what);
  }
});

test('chan_sip: where strangers come in, and who must not follow', () => {
  const general = '[general]\ncontext = public\n';
  const rows: {
    what: string;
    files: Record<string, string>;
    want: string[];
    refused?: RegExp;
    stays?: string[];
  }[] = [
    { what: 'guests', files: { 'sip.conf': general }, want: ['general>public'] },
    { what: 'no guests', files: { 'sip.conf': `${general}allowguest = no\n` }, want: [] },
    {
      what: 'a phone without a context stays where it is',
      files: {
        'sip.conf': `${general}[6001]\ntype=friend\nsecret=x\n[6002]\ntype=friend\nsecret=x\ncontext=inside\n`,
      },
      want: ['general>public'],
      stays: ['6001'],
    },
    {
      what: 'a friend that is asked nothing',
      files: {
        'sip.conf': `${general}allowguest=no\n[t]\ntype=friend\nhost=203.0.113.7\nsecret=x\ninsecure=port,invite\ncontext=c\n`,
      },
      want: ['t>c'],
    },
    {
      what: 'a peer at a fixed address',
      files: {
        'sip.conf': `${general}allowguest=no\n[t]\ntype=peer\nhost=203.0.113.7\ninsecure=invite\ncontext=c\n`,
      },
      want: [],
    },
    {
      what: 'a peer at any address',
      files: {
        'sip.conf': `${general}allowguest=no\n[t]\ntype=peer\nhost=dynamic\ninsecure=invite\ncontext=c\n`,
      },
      want: ['t>c'],
    },
    {
      what: 'behind an ACL',
      files: {
        'sip.conf': `${general}allowguest=no\n[t]\ntype=friend\ndeny=0.0.0.0/0.0.0.0\npermit=203.0.113.7/32\ncontext=c\n`,
      },
      want: [],
    },
    {
      what: 'domains',
      files: { 'sip.conf': `${general}domain = x.example,other\n` },
      want: ['general>public'],
      refused: /guests of a domain/,
    },
    {
      what: 'a database',
      files: { 'sip.conf': general, 'extconfig.conf': '[settings]\nsippeers => odbc,asterisk\n' },
      want: ['general>public'],
      refused: /from a database/,
    },
    {
      what: 'users.conf',
      files: { 'sip.conf': general, 'users.conf': '[6001]\nhassip = yes\n' },
      want: ['general>public'],
      refused: /users.conf makes/,
    },
    { what: 'no chan_sip', files: {}, want: [] },
  ];
  for (const { what, files, want, refused, stays = [] } of rows) {
    const confs = readAsterisk(filesOf(asteriskOf(files)), '/etc/asterisk');
    const { doors, bystanders, refusals } = sipDoors(confs, []);
    assert.deepEqual(
      doors.map(({ section, context }) => `${section.name}>${context}`),
      want,
      what,
    );
    assert.deepEqual(
      bystanders.map(({ section }) => section.name),
      stays,
      what,
    );
    assert.match(refusals.map((each) => each.what).join(), refused ?? /^$/, what);
  }
});
