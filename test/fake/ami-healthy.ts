import type { FakeAmi, FakeOptions, Row } from './ami-server.ts';

/** Values that a PBX with Ghostgate installed answers to Getvar without a channel. */
export const HEALTHY: Readonly<Record<string, string>> = {
  'AST_CONFIG(manager.conf,general,enabled,0)': 'yes',
  'AST_CONFIG(manager.conf,general,channelvars,0)': 'GHOSTGATE_TOKEN',
  'AST_CONFIG(manager.conf,ghostgate,read,0)': 'security,call',
  'AST_CONFIG(acl.conf,ghostgate,permit,0)': '0.0.0.0/0.0.0.0',
  'AST_CONFIG(acl.conf,ghostgate,permit,1)': '::/0',
  'AST_CONFIG(acl.conf,ghostgate,deny,0)': '198.51.100.9/32',
  'DIALPLAN_EXISTS(ghostgate-gate,s,1)': '1',
  GHOSTGATE_TOKEN: 'mark',
};

/** @param values added to HEALTHY, or in place of them */
export function healthyOptions(
  now: () => number,
  values: Record<string, string> = {},
): FakeOptions {
  const all: Record<string, string> = { ...HEALTHY, ...values };
  return {
    getvar: (channel, variable) => {
      if (channel !== '') return undefined;
      return variable === 'EPOCH' ? String(Math.floor(now() / 1000)) : all[variable];
    },
  };
}

/** An anonymous endpoint behind the gate, a trunk that is known by its address, a phone. */
export function makeHealthy(ami: FakeAmi, udpPort: number): void {
  ami.answers.set('ListCommands', () =>
    Object.fromEntries(
      [['Response', 'Success']].concat(
        ['Getvar', 'Setvar', 'DBPut', 'ShowDialPlan'].map((name) => [name, 'Text.  (Priv: any)']),
      ),
    ),
  );
  ami.answers.set('GetConfig', (headers) => sections(headers.get('Filter'), udpPort));
  ami.endpoints = [
    { ObjectName: 'anonymous', Auths: '' },
    { ObjectName: 'gntel', Auths: '' },
    { ObjectName: '6001', Auths: '6001' },
  ];
  ami.lists.set('PJSIPShowEndpoint', (headers) => ({
    end: 'EndpointDetailComplete',
    rows: details(headers.get('Endpoint') ?? ''),
  }));
  ami.lists.set('ShowDialPlan', (headers) => {
    const rows = DIALPLAN.filter((row) => row['Context'] === headers.get('Context'));
    return rows.length === 0 ? undefined : { end: 'ShowDialPlanComplete', rows };
  });
  ami.lists.set('SIPpeers', () => undefined);
  ami.answers.set('SIPpeers', () => ({
    Response: 'Error',
    Message:
      'Invalid/unknown command: SIPpeers. Use Action: ListCommands to show available commands.',
  }));
}

function sections(filter: string | undefined, udpPort: number): Row {
  if (filter === 'type=acl') {
    return {
      Response: 'Success',
      'Category-000000': 'ghostgate',
      'Line-000000-000000': 'type=acl',
      'Line-000000-000001': 'acl=ghostgate',
    };
  }
  return {
    Response: 'Success',
    'Category-000000': 'udp',
    'Line-000000-000000': `bind=127.0.0.1:${udpPort}`,
  };
}

function details(endpoint: string): Row[] {
  const detail = (Context: string, IdentifyBy: string): Row => ({
    Event: 'EndpointDetail',
    ObjectName: endpoint,
    Context,
    IdentifyBy,
  });
  if (endpoint === 'anonymous') return [detail('ghostgate-in-public', 'username,ip')];
  return [
    detail('from-trunk', 'ip'),
    { Event: 'IdentifyDetail', Match: '203.0.113.5/255.255.255.255' },
  ];
}

const step = (
  Context: string,
  Extension: string,
  Priority: number,
  Application: string,
  AppData: string,
): Row => ({
  Event: 'ListDialplan',
  Context,
  Extension,
  Priority: String(Priority),
  Application,
  AppData,
});

const DIALPLAN: readonly Row[] = [
  step('ghostgate-in-public', '_.', 1, 'Gosub', 'ghostgate-gate,s,1'),
  step('ghostgate-in-public', '_.', 2, 'Goto', 'public,${EXTEN},1'),
  step('ghostgate-in-public', 'h', 1, 'NoOp', ''),
  step('public', '_X.', 1, 'Dial', 'PJSIP/6001,30'),
  step('from-trunk', '_X.', 1, 'Dial', 'PJSIP/6001,30'),
];
