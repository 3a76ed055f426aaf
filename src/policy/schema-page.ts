import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseHostPort } from '../event/source.ts';
import { SOCKET_PATH_BYTES, duration, issue, name, path, text } from './fields.ts';
import { isHostName } from './host-text.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';
import { secretPlace } from './schema-pbx.ts';

export const PAGE_PASSWORD_HINT = 'write { file: /etc/ghostgate/page.password }';
export const PAGE_TOKEN_HINT =
  'write { file: /etc/ghostgate/page.token } or { env: GHOSTGATE_TOKEN }';

const user = z.strictObject({
  name: name().meta({ description: 'The name in the audit trail.', examples: ['anna'] }),
  password: secretPlace(PAGE_PASSWORD_HINT).meta({
    description:
      'Where the password is kept, or better the line that `ghostgate password` makes of it.',
    examples: [{ file: '/etc/ghostgate/page.password' }],
  }),
});

const token = z.strictObject({
  name: name().meta({ description: 'The name in the audit trail.', examples: ['monitoring'] }),
  token: secretPlace(PAGE_TOKEN_HINT).meta({
    description: 'Where the token is kept that the program sends as its Bearer.',
    examples: [{ file: '/etc/ghostgate/page.token' }],
  }),
  may: z.enum(['read', 'act']).default('read').meta({
    description: 'read: look only. act: ban, unban, reload and lockdown as well.',
  }),
});

/** The `page` block as written. */
export const pageFile = z
  .strictObject({
    listen: text(listenMistake).default('127.0.0.1:9868').meta({
      description:
        'Address and port, or the path of a unix socket. Another address than loopback needs tls.',
    }),
    names: z.array(text(nameMistake)).max(100).default([]).meta({
      description:
        'Host names that it is asked by, besides localhost and addresses: that of a proxy before it. Any other is refused, so that no web page elsewhere can use it.',
    }),
    users: z.array(user).max(100).default([]).meta({ description: 'People who may log in.' }),
    tokens: z
      .array(token)
      .max(100)
      .default([])
      .meta({ description: 'Programs that may use the API.' }),
    session: duration(30 * 86_400)
      .default('12h')
      .meta({ description: 'How long a login lasts.' }),
    tls: z
      .strictObject({
        cert: path().meta({
          description: 'Certificate with its chain, PEM; read again when the file changes.',
          examples: ['/etc/ghostgate/page.crt'],
        }),
        key: path().meta({
          description: 'Its key, PEM.',
          examples: ['/etc/ghostgate/page.key'],
        }),
      })
      .optional()
      .meta({ description: 'Serve HTTPS.' }),
  })
  .superRefine(({ listen, users, tokens, tls }, context) => {
    if (users.length + tokens.length === 0) {
      const hint = `name a user: users: [{ name: admin, password: { file: /etc/ghostgate/page.password } }]`;
      context.addIssue(issue({ message: 'nobody could log in', hint }));
    }
    if (tls === undefined && !staysHere(listen)) {
      const message = `passwords in clear text over the network: ${show(listen)}`;
      const hint = 'add tls: { cert: …, key: … }, or listen on 127.0.0.1 behind a proxy';
      context.addIssue(issue({ message, hint }, ['listen']));
    }
    for (const [list, entries] of [
      ['users', users],
      ['tokens', tokens],
    ] as const) {
      for (const [at, entry] of entries.entries()) {
        if (entries.findIndex((other) => other.name === entry.name) === at) continue;
        const message = `another of the ${list} has this name: ${show(entry.name)}`;
        context.addIssue(
          issue({ message, hint: 'give each a name of its own' }, [list, at, 'name']),
        );
      }
    }
  });

/** What of a page's passwords and tokens is too weak to stand before a PBX's bans, or cannot be sent. */
export function pageSecretMistake(secret: string, isToken = false): Mistake | undefined {
  if (isToken && !TOKEN.test(secret)) {
    const hint = 'make it of letters and digits: openssl rand -hex 24';
    return { message: 'holds what a Bearer token cannot (RFC 6750 §2.1)', hint };
  }
  if (secret.startsWith('scrypt:')) {
    return SCRYPT_LINE.test(secret)
      ? undefined
      : { message: 'not a whole line of `ghostgate password`', hint: 'make it anew' };
  }
  if (secret.length >= LEAST_CHARS) return undefined;
  const message = `shorter than ${LEAST_CHARS} characters`;
  return { message, hint: 'make a long one: openssl rand -base64 18' };
}

/** `scrypt:N:r:p:salt:hash`, the last two in base64url. */
export const SCRYPT_LINE = /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([\w-]{22}):([\w-]{43})$/;
const LEAST_CHARS = 12;
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

function staysHere(listen: string): boolean {
  if (isAbsolute(listen)) return true;
  const { address } = parseHostPort(listen) ?? {};
  // What is no address at all is told by the field itself.
  return address === undefined || address === '::1' || address.startsWith('127.');
}

function listenMistake(value: string): Mistake | undefined {
  if (isAbsolute(value)) {
    if (Buffer.byteLength(value) <= SOCKET_PATH_BYTES) return undefined;
    return { message: `longer than ${SOCKET_PATH_BYTES} bytes`, hint: 'choose a shorter path' };
  }
  const listen = parseHostPort(value);
  if (listen !== undefined && /:\d+$/.test(value) && value !== listen.address) return undefined;
  const hint = 'write 127.0.0.1:9868, [::1]:9868 or /run/ghostgate/page.sock';
  return { message: `not an address and port: ${show(value)}`, hint };
}

function nameMistake(value: string): Mistake | undefined {
  if (isHostName(value)) return undefined;
  return { message: `not a host name: ${show(value)}`, hint: 'write it like gate.example.com' };
}
