import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  peerDoorFacts,
  pjsipDoorsIn,
} from '../../../../src/pbx/asterisk/examine/translate-door.ts';
import { frameOf } from '../translate-frames.ts';

describe('pjsipDoorsIn', () => {
  const identify = { Event: 'IdentifyDetail', Match: '203.0.113.7/255.255.255.255' };
  const table: [string, string, Record<string, string>, string][] = [
    ['trunk', 'ip', identify, 'address'],
    ['trunk', 'ip,username', identify, 'name'],
    ['trunk', 'IP', { ...identify, Match: '0.0.0.0/0.0.0.0' }, 'any-address'],
    ['trunk', 'ip', { ...identify, MatchHeader: 'X-Tenant: one' }, 'any-address'],
    ['anonymous', 'ip', identify, 'guests'],
    ['anonymous@acme.example', 'username', identify, 'guests'],
  ];
  for (const [endpoint, IdentifyBy, identified, by] of table) {
    it(`${endpoint}, identified by ${IdentifyBy}, ${identified['Match']}: ${by}`, () => {
      const detail = { Event: 'EndpointDetail', Context: 'from-trunk', IdentifyBy };
      const found = pjsipDoorsIn(endpoint, [frameOf(detail), frameOf(identified)]);
      assert.deepEqual(found, [{ driver: 'chan_pjsip', endpoint, context: 'from-trunk', by }]);
    });
  }
});

describe('peerDoorFacts', () => {
  const peer = { Response: 'Success', Context: 'from-sip', Dynamic: 'Y', ACL: 'N' };
  const open = { context: 'from-sip', moves: true, hasAcl: false };
  const table: [string, Record<string, string>, object | undefined][] = [
    ['no secret', { SecretExist: 'N' }, open],
    ['a secret', { SecretExist: 'Y' }, undefined],
    ['an MD5 secret', { MD5SecretExist: 'Y' }, undefined],
    ['insecure=invite', { SecretExist: 'Y', 'SIP-AuthInsecure': 'port,invite' }, open],
    ['no such peer', { Response: 'Error' }, undefined],
  ];
  for (const [what, changes, expected] of table) {
    it(what, () => {
      assert.deepEqual(peerDoorFacts(frameOf({ ...peer, ...changes })), expected);
    });
  }
});
