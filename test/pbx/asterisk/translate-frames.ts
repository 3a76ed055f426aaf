import type { Frame } from '../../../src/pbx/asterisk/frame.ts';

type Fields = Readonly<Record<string, string | undefined>>;

/** A security event as Asterisk prints it; `changes` replaces keys, undefined removes them. */
export function securityFrame(name: string, changes: Fields = {}): Frame {
  return frameOf({
    Event: name,
    Privilege: 'security,all',
    EventTV: '2026-11-23T07:46:19.621+0000',
    Severity: 'Error',
    Service: 'PJSIP',
    EventVersion: '1',
    AccountID: '6002',
    SessionID: 'yko5kuhf6txydyq3@198.18.11.36',
    LocalAddress: 'IPV4/UDP/198.18.10.2/5060',
    RemoteAddress: 'IPV4/UDP/198.18.11.36/47826',
    ...OWN[name],
    ...changes,
  });
}

const OWN: Readonly<Record<string, Fields>> = {
  FailedACL: { ACLName: 'not_match_endpoint_acl' },
  ChallengeSent: { Challenge: '' },
  ChallengeResponseFailed: { Challenge: 'c', Response: 'r', ExpectedResponse: '' },
  SuccessfulAuth: { UsingPassword: '1' },
  RequestNotSupported: { RequestType: 'registrar' },
  RequestNotAllowed: { RequestType: 'registrar' },
  RequestBadFormat: { RequestType: 'registrar' },
  AuthMethodNotAllowed: { AuthMethod: 'plain' },
  InvalidTransport: { Transport: 'udp' },
  UnexpectedAddress: { ExpectedAddress: 'IPV4/UDP/198.18.11.37/5060' },
};

/** A channel event as Asterisk prints it. */
export function channelFrame(name: string, changes: Fields = {}, variables: string[] = []): Frame {
  const frame = frameOf({
    Event: name,
    Privilege: 'call,all',
    Channel: 'PJSIP/anonymous-00000001',
    ChannelState: '4',
    ChannelStateDesc: 'Ring',
    CallerIDNum: '100',
    CallerIDName: '<unknown>',
    ConnectedLineNum: '<unknown>',
    ConnectedLineName: '<unknown>',
    Language: 'en',
    AccountCode: '',
    Context: 'public',
    Exten: '6001',
    Priority: '1',
    Uniqueid: '1795420000.8180',
    Linkedid: '1795420000.8180',
    ...changes,
  });
  return { ...frame, chanVariables: variables };
}

/** The wire text of a frame, its closing empty line left out. */
export function wire({ fields, chanVariables }: Frame): string {
  const lines = [...fields].map(([key, value]) => `${key}: ${value}`);
  return [...lines, ...chanVariables.map((one) => `ChanVariable: ${one}`)].join('\r\n');
}

export function frameOf(fields: Fields): Frame {
  const given = Object.entries(fields).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  const map = new Map(given);
  const name = map.get('Event') ?? map.get('Response') ?? '';
  return { kind: map.has('Event') ? 'event' : 'response', name, fields: map, chanVariables: [] };
}
