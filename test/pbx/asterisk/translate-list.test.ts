import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  contactRegistration,
  endpointRow,
  peerChallenged,
  peerRegistration,
} from '../../../src/pbx/asterisk/translate-list.ts';
import { frameOf } from './translate-frames.ts';

describe('contactRegistration', () => {
  const contact = { Event: 'ContactList', ObjectName: '6002;@85fe', Endpoint: '6002' };
  const table: [string, string | undefined][] = [
    ['sip:6002@198.18.13.1:33220', '198.18.13.1'],
    ['sip:6002@198.18.13.1:32974;x-ast-orig-host=10.8.8.8:5060', '198.18.13.1'],
    ['sip:6002@198.18.13.1^3Btransport=tcp', '198.18.13.1'],
    ['sips:198.18.13.1', '198.18.13.1'],
    ['sip:6002@[2001:db8::1]:5060', '2001:db8::1'],
    // What is no address makes nobody trusted: it may be somebody else's tomorrow.
    ['sip:6002@phone.example:5060', undefined],
    ['sip:a@b@198.18.13.1', undefined],
    ['', undefined],
  ];
  for (const [Uri, address] of table) {
    it(`${Uri} is at ${address}`, () => {
      const found = contactRegistration(frameOf({ ...contact, Uri, UserAgent: 'GoodPhone/1.0' }));
      const expected = { account: '6002', address, userAgent: 'GoodPhone/1.0' };
      assert.deepEqual(found, address === undefined ? [] : [expected]);
    });
  }

  it('does not believe the Via, which the phone writes itself', () => {
    const frame = frameOf({ ...contact, Uri: 'sip:6002@198.18.13.1', ViaAddr: '10.9.9.9' });
    assert.deepEqual(contactRegistration(frame), [{ account: '6002', address: '198.18.13.1' }]);
  });

  it('names the AOR where there is no endpoint', () => {
    const frame = frameOf({ ...contact, Endpoint: '', Uri: 'sip:6002@198.18.13.1' });
    assert.equal(contactRegistration(frame)[0]?.account, '6002');
  });
});

describe('peerRegistration', () => {
  const peer = { Event: 'PeerEntry', ObjectName: '7002', IPaddress: '198.18.13.1', Dynamic: 'yes' };
  it('takes dynamic peers that have an address', () => {
    const found = peerRegistration(frameOf(peer));
    assert.deepEqual(found, [{ account: '7002', address: '198.18.13.1' }]);
    assert.deepEqual(peerRegistration(frameOf({ ...peer, Dynamic: 'no' })), []);
    assert.deepEqual(peerRegistration(frameOf({ ...peer, IPaddress: '-none-' })), []);
  });
});

describe('who is challenged', () => {
  it('a chan_pjsip endpoint with inbound auths', () => {
    const row = { Event: 'EndpointList', ObjectName: '6002', OutboundAuths: 'x' };
    assert.deepEqual(endpointRow(frameOf({ ...row, Auths: '6002' })), {
      name: '6002',
      challenged: true,
    });
    assert.deepEqual(endpointRow(frameOf({ ...row, Auths: '' })), {
      name: '6002',
      challenged: false,
    });
  });

  it('a chan_sip peer with a secret, unless invites are taken without', () => {
    const answer = { Response: 'Success', 'SIP-AuthInsecure': 'no' };
    const table: [Record<string, string>, boolean][] = [
      [{ SecretExist: 'Y', MD5SecretExist: 'N' }, true],
      [{ SecretExist: 'N', MD5SecretExist: 'Y' }, true],
      [{ SecretExist: 'N', MD5SecretExist: 'N' }, false],
      [{ SecretExist: 'Y', 'SIP-AuthInsecure': 'port' }, true],
      [{ SecretExist: 'Y', 'SIP-AuthInsecure': 'port,invite' }, false],
    ];
    for (const [changes, expected] of table) {
      assert.equal(peerChallenged(frameOf({ ...answer, ...changes })), expected);
    }
  });
});
