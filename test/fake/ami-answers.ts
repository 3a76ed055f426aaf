import { createHash } from 'node:crypto';
import type { FakeConnection } from './ami-connection.ts';
import type { FakeOptions, FakeUser, Row } from './ami-server.ts';

/** What the answers are made from; the test changes it at will. */
export interface FakeState {
  readonly options: FakeOptions;
  readonly users: Readonly<Record<string, FakeUser>>;
  readonly channels: Map<string, Map<string, string>>;
  contacts: readonly Row[];
  endpoints: readonly Row[];
  sipPeers: readonly Row[];
  readonly database: Map<string, string>;
  /** Answers of the test's own, by action; they come before everything but the login. */
  readonly answers: Map<string, (headers: ReadonlyMap<string, string>) => Row>;
  /** The same for actions that answer with a list; a row names its own Event. Undefined: the fake's own answer. */
  readonly lists: Map<string, (headers: ReadonlyMap<string, string>) => FakeList | undefined>;
  /** Ends the channel, if it is there, and emits its Hangup. */
  hangUp(channel: string, cause: string): boolean;
}

export interface FakeList {
  readonly end: string;
  readonly rows: readonly Row[];
}

/** Answers one action, in the words of Asterisk 16 and 22. */
export function answer(
  state: FakeState,
  connection: FakeConnection,
  headers: ReadonlyMap<string, string>,
): void {
  const of = (key: string) => headers.get(key) ?? '';
  const reply = (row: Row) => connection.answer(of('ActionID'), row);
  const error = (message: string) => reply({ Response: 'Error', Message: message });
  const name = of('Action').toLowerCase();

  if (name === 'challenge') {
    if (state.options.refuseChallenge === true) return error('Must specify AuthType');
    connection.challenge = String(Math.trunc(Math.random() * 1e9));
    return reply({ Response: 'Success', Challenge: connection.challenge });
  }
  if (name === 'login') return login(state, connection, headers);
  const user = connection.user === undefined ? undefined : state.users[connection.user];
  const classes = RIGHTS[name];
  const allowed =
    classes === undefined || classes.some((one) => user?.write?.includes(one) ?? true);
  if (user === undefined || !allowed) return error('Permission denied');

  const own = state.answers.get(of('Action'));
  if (own !== undefined) return reply(own(headers));
  const list = state.lists.get(of('Action'))?.(headers);
  if (list !== undefined) return connection.list(of('ActionID'), '', list.end, list.rows);
  switch (name) {
    case 'ping':
      return reply({ Response: 'Success', Ping: 'Pong', Timestamp: '1795419907.687043' });
    case 'coresettings':
      return reply({ Response: 'Success', AMIversion: '11.0.0', AsteriskVersion: '22.10.1' });
    case 'filter':
      if (state.options.refuseFilters === true) return error('Filter format is invalid');
      connection.filters.push(of('Filter'));
      return reply({ Response: 'Success', Message: 'Success' });
    case 'getvar': {
      const { getvar } = state.options;
      const channel = state.channels.get(of('Channel'));
      if (of('Channel') !== '' && channel === undefined && getvar === undefined) {
        return error('No such channel');
      }
      const variable = of('Variable');
      const value = channel?.get(variable) ?? getvar?.(of('Channel'), variable) ?? '';
      return reply({ Response: 'Success', Variable: variable, Value: value });
    }
    case 'hangup':
      return state.hangUp(of('Channel'), of('Cause'))
        ? reply({ Response: 'Success', Message: 'Channel Hungup' })
        : error('No such channel');
    case 'reload':
      return reply({ Response: 'Success', Message: 'Module Reloaded' });
    case 'dbput':
      state.database.set(`${of('Family')}/${of('Key')}`, of('Val'));
      return reply({ Response: 'Success', Message: 'Updated database successfully' });
    case 'setvar': {
      const channel = state.channels.get(of('Channel'));
      channel?.set(of('Variable'), of('Value'));
      return channel === undefined
        ? error('No such channel')
        : reply({ Response: 'Success', Message: 'Variable Set' });
    }
    case 'dbgettree': {
      const prefix = `${of('Family')}/`;
      const rows = [...state.database].flatMap(([key, value]): Row[] =>
        key.startsWith(prefix) ? [{ Key: `/${key}`, Val: value }] : [],
      );
      return connection.list(of('ActionID'), 'DB', 'DBGetTreeComplete', rows);
    }
    case 'dbdeltree': {
      const keys = [...state.database.keys()].filter((key) => key.startsWith(`${of('Family')}/`));
      for (const key of keys) state.database.delete(key);
      return keys.length > 0
        ? reply({ Response: 'Success', Message: 'Key tree deleted successfully' })
        : error('Database entry not found');
    }
    case 'dbdel':
      return state.database.delete(`${of('Family')}/${of('Key')}`)
        ? reply({ Response: 'Success', Message: 'Key deleted successfully' })
        : error('Database entry could not be deleted');
    case 'pjsipshowcontacts':
      // The LF is Asterisk's own (res_pjsip/location.c).
      if (state.contacts.length === 0) return error('No Contacts found\n');
      return connection.list(of('ActionID'), 'Contact', 'ContactListComplete', state.contacts);
    case 'pjsipshowendpoints':
      if (state.endpoints.length === 0) return error('No endpoints found\n');
      return connection.list(of('ActionID'), 'Endpoint', 'EndpointListComplete', state.endpoints);
    case 'sippeers':
      return connection.list(of('ActionID'), 'Peer', 'PeerlistComplete', state.sipPeers);
    case 'sipshowpeer': {
      const peer = state.sipPeers.find((one) => one['ObjectName'] === of('Peer'));
      if (peer === undefined) return error(`Peer ${of('Peer')} not found.`);
      return reply({ Response: 'Success', ...peer });
    }
    case 'logoff':
      reply({ Response: 'Goodbye', Message: 'Thanks for all the fish.' });
      return connection.finish();
    default:
      return error(
        `Invalid/unknown command: ${of('Action')}. Use Action: ListCommands to show available commands.`,
      );
  }
}

function login(
  state: FakeState,
  connection: FakeConnection,
  headers: ReadonlyMap<string, string>,
): void {
  const username = headers.get('Username') ?? '';
  const user = Object.hasOwn(state.users, username) ? state.users[username] : undefined;
  const secret = user?.secret;
  const digest = createHash('md5').update(`${connection.challenge}${secret}`).digest('hex');
  const right =
    headers.get('AuthType') === 'MD5'
      ? connection.challenge !== '' && headers.get('Key') === digest
      : headers.get('Secret') === secret;
  const id = headers.get('ActionID') ?? '';
  if (user === undefined || !right) {
    // Asterisk waits a second before it says so.
    connection.answer(id, { Response: 'Error', Message: 'Authentication failed' });
    return connection.finish();
  }
  connection.logIn(username, headers.get('Events') ?? 'on', user.read);
  connection.answer(id, { Response: 'Success', Message: 'Authentication accepted' });
  if (connection.reads(['system'])) {
    connection.send('Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n');
  }
}

/** Write classes of which one is needed (facts: tested on 16 and 22). */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  getvar: ['call', 'reporting'],
  hangup: ['call', 'system'],
  filter: ['system'],
  reload: ['config', 'system'],
  setvar: ['call'],
  dbput: ['system'],
  dbgettree: ['system', 'reporting'],
  dbdeltree: ['system'],
  dbdel: ['system'],
  pjsipshowcontacts: ['system'],
  pjsipshowendpoints: ['system'],
  pjsipshowendpoint: ['system'],
  getconfig: ['system', 'config'],
  showdialplan: ['config', 'reporting'],
  sippeers: ['system', 'reporting'],
  sipshowpeer: ['system', 'reporting'],
  coresettings: ['system', 'reporting'],
};
