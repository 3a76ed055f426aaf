import { isAbsolute } from 'node:path';
import { parseHostPort } from '../event/source.ts';
import { secondsOf } from './fields.ts';
import type { PagePolicy } from './policy-page.ts';
import { pathText } from './problem.ts';
import type { Written } from './schema.ts';

/** The page and API as the program serves them. */
export function compilePage(
  written: NonNullable<Written['page']>,
  secrets: ReadonlyMap<string, string>,
): PagePolicy {
  const secret = (...path: (string | number)[]): string =>
    secrets.get(pathText(['page', ...path])) ?? '';
  return {
    listen: compileListen(written.listen),
    names: written.names.map((name) => name.toLowerCase()),
    users: written.users.map(({ name }, at) => ({
      name,
      password: secret('users', at, 'password'),
    })),
    tokens: written.tokens.map(({ name, may }, at) => ({
      name,
      token: secret('tokens', at, 'token'),
      may,
    })),
    sessionSeconds: secondsOf(written.session),
    tls: written.tls,
  };
}

function compileListen(written: string): PagePolicy['listen'] {
  if (isAbsolute(written)) return { socket: written };
  const listen = parseHostPort(written);
  if (listen === undefined) throw new Error('the schema lets no such address through');
  return { host: listen.address, port: listen.port };
}
