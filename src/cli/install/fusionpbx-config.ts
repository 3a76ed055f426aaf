import { hasControl } from '../../event/text.ts';

/** What FusionPBX keeps in its config.conf, as far as Ghostgate has to do with it. */
export interface FusionpbxConfig {
  readonly database: Database | { readonly refused: string; readonly hint: string };
  /** Where its dialplan handler keeps what it has composed, for ever. */
  readonly cache: { readonly method: string; readonly location: string };
  readonly eventSocket: { readonly port: string; readonly password: string };
}

/** How its PostgreSQL is reached, as libpq's variables of environment name it. */
export interface Database {
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads lines like `database.0.host = 127.0.0.1`, of which the last of a name counts. */
export function fusionpbxConfig(text: string): FusionpbxConfig {
  const set = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([a-z][\w.]{1,60})\s*=\s*(\S[^\r\n]{0,400}?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) set.set(key, value);
  }
  const location = set.get('cache.location');
  return {
    database: databaseOf(set),
    cache: {
      // Without a word of it the handler asks memcached (its functions/cache.lua).
      method: set.get('cache.method') ?? 'memcache',
      location: location?.startsWith('/') === true ? location : '/var/cache/fusionpbx',
    },
    eventSocket: {
      port: set.get('switch.event_socket.port') ?? '8021',
      // FusionPBX itself takes this one where none is set.
      password: set.get('switch.event_socket.password') ?? 'ClueCon',
    },
  };
}

function databaseOf(set: ReadonlyMap<string, string>): FusionpbxConfig['database'] {
  const type = set.get('database.0.type');
  if (type !== 'pgsql') {
    const hint = 'add --without gate, and place it by hand: dialplan/freeswitch/README.md';
    const refused = `database.0.type is ${type ?? 'not set'}: only pgsql is understood`;
    return { refused, hint };
  }
  const variables: Record<string, string> = {};
  for (const [name, variable] of VARIABLES) {
    const value = set.get(`database.0.${name}`);
    // FusionPBX's own readers differ on these: PHP takes quotes off, Lua ends at the second `=`.
    if (value !== undefined && (/["'=]/.test(value) || hasControl(value))) {
      const hint = 'take quotes and = out of it, or add --without gate';
      return { refused: `database.0.${name} holds a quote, = or a control character`, hint };
    }
    // The file is read byte by byte, the environment is UTF-8.
    if (value !== undefined) variables[variable] = Buffer.from(value, 'latin1').toString('utf8');
  }
  const missing = ['name', 'username'].find((name) => !set.has(`database.0.${name}`));
  if (missing === undefined) return { variables };
  const hint = 'set it as FusionPBX has it, or add --without gate';
  return { refused: `database.0.${missing} is not set`, hint };
}

const VARIABLES = [
  ['host', 'PGHOST'],
  ['hostaddr', 'PGHOSTADDR'],
  ['port', 'PGPORT'],
  ['name', 'PGDATABASE'],
  ['username', 'PGUSER'],
  ['password', 'PGPASSWORD'],
  ['sslmode', 'PGSSLMODE'],
] as const;
