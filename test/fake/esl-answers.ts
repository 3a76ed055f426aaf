import type { FakeEvent } from './esl-message.ts';

export type Row = Readonly<Record<string, string>>;

/** What the answers to `api` are made from; the test changes it at will. */
export interface FakeEslState {
  /** Rows of `show registrations as json`. */
  registrations: readonly Row[];
  /** Another one after each start. */
  core: string;
  /** Those loaded. */
  readonly modules: Set<string>;
  /** Channels that are up, by UUID, with the event that told of them. */
  readonly channels: Map<string, FakeEvent>;
  /** Channel variables that were set, as `UUID/name`. */
  readonly variables: Map<string, string>;
  /** What mod_hash keeps: `REALM_KEY` and its value. */
  readonly hash: Map<string, string>;
  readonly killed: { readonly uuid: string; readonly cause: string }[];
  /**
   * Answers of the test's own, by the first word or words of the command (`show registrations`);
   * the longest that fits comes before everything else.
   */
  readonly answers: Map<string, string | ((command: string) => string)>;
  /** How often a password was wrong. */
  wrongPasswords: number;
  /** Ends the channel and emits its end. */
  hangUp(uuid: string, cause: string): boolean;
}

/** Answers one `api` command, in the words of FreeSWITCH 1.11. */
export function apiAnswer(state: FakeEslState, command: string): string {
  const own = ownAnswer(state, command);
  if (own !== undefined) return own;
  const [verb = '', ...words] = command.trim().split(/ +/);
  const [uuid = '', name = '', value = ''] = words;
  switch (verb) {
    case 'version':
      return 'FreeSWITCH Version 1.11.2-release+git~20260301T000000Z~3f13ad1~64bit (git 3f13ad1 64bit)\n';
    case 'global_getvar':
      return words[0] === 'core_uuid' ? state.core : '';
    case 'strmicroepoch':
      return String(Date.now() * 1000);
    case 'module_exists':
      return String(state.modules.has(uuid));
    case 'status':
      return 'UP 0 years, 0 days, 0 hours, 1 minute\nFreeSWITCH (Version 1.11.2) is ready\n';
    case 'echo':
      return words.join(' ');
    case 'reloadacl':
      return '+OK acl reloaded\n';
    case 'reloadxml':
      return '+OK [Success]\n';
    case 'show':
      return words[0] === 'registrations' ? rows(state.registrations) : '-USAGE: show\n';
    case 'uuid_exists':
      return String(state.channels.has(uuid));
    case 'uuid_kill':
      return state.hangUp(uuid, name) ? '+OK\n' : NO_CHANNEL;
    case 'uuid_setvar':
      if (!state.channels.has(uuid)) return NO_CHANNEL;
      state.variables.set(`${uuid}/${name}`, value);
      return '+OK\n';
    case 'uuid_getvar':
      if (!state.channels.has(uuid)) return NO_CHANNEL;
      return state.variables.get(`${uuid}/${name}`) ?? '_undef_';
    case 'hash':
      return hashAnswer(state.hash, words.join(' '));
    case 'hash_dump':
      return dump(state.hash, words[1] ?? '');
    default:
      return `-ERR ${verb} Command not found!\n`;
  }
}

/** As mod_hash parts the words: by slashes, blanks around each taken away. */
function hashAnswer(hash: Map<string, string>, command: string): string {
  const [verb, realm, key, value = ''] = command.split('/').map((word) => word.trim());
  const name = `${realm}_${key}`;
  if (verb === 'insert') hash.set(name, value);
  else if (verb === 'delete' && !hash.delete(name)) return '-ERR Not found\n';
  return '+OK\n';
}

/** A command that prints nothing is answered so (mod_event_socket.c). */
function dump(hash: ReadonlyMap<string, string>, realm: string): string {
  const found = [...hash].filter(([name]) => name.includes(`${realm}_`));
  if (found.length === 0) return '-ERR no reply\n';
  return found.map(([name, value]) => `D/${name}/${value}\n`).join('');
}

function ownAnswer({ answers }: FakeEslState, command: string): string | undefined {
  const fitting = [...answers.keys()]
    .filter((key) => command === key || command.startsWith(`${key} `))
    .toSorted((a, b) => b.length - a.length);
  const own = answers.get(fitting[0] ?? '');
  return typeof own === 'function' ? own(command) : own;
}

function rows(all: readonly Row[]): string {
  return JSON.stringify(all.length === 0 ? { row_count: 0 } : { row_count: all.length, rows: all });
}

const NO_CHANNEL = '-ERR No such channel!\n';
