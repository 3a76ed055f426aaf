import { z } from 'zod';
import { count, duration, issue, name, path, port, text, words } from './fields.ts';
import { hostMistake, isHostName } from './host-text.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';
import { secretPlace } from './schema-pbx.ts';

export const NOTIFY_URL_HINT = 'write { file: /etc/ghostgate/ops.url } or { env: OPS_URL }';
export const NOTIFY_SECRET_HINT =
  'write { file: /etc/ghostgate/ops.secret } or { env: OPS_SECRET }';
export const SMTP_PASSWORD_HINT =
  'write { file: /etc/ghostgate/smtp.password } or { env: SMTP_PASSWORD }';

/** What may be told. `ban` and `canary` are loud: nobody hears of them who did not ask. */
export const NOTIFY_KINDS = [
  'rang',
  'notice',
  'breaker',
  'link',
  'enforcer',
  'policy',
  'problem',
  'ban',
  'canary',
] as const;
const USUAL = ['rang', 'notice', 'breaker', 'link', 'enforcer', 'policy', 'problem'] as const;

const webhook = z.strictObject({
  url: secretPlace(NOTIFY_URL_HINT).meta({
    description: 'Where its https address is kept: who knows it can post there.',
    examples: [{ file: '/etc/ghostgate/ops.url' }],
  }),
  format: z.enum(['json', 'slack', 'teams']).default('json').meta({
    description: "json: Ghostgate's own, in docs/notifications.md. slack, teams: as they want it.",
  }),
  secret: secretPlace(NOTIFY_SECRET_HINT)
    .optional()
    .meta({
      description: 'Where the key is kept that signs each post by HMAC-SHA256.',
      examples: [{ file: '/etc/ghostgate/ops.secret' }],
    }),
});

const smtp = z
  .strictObject({
    host: text(hostMistake).meta({
      description: 'The mail server.',
      examples: ['smtp.example.com'],
    }),
    port: port().default(587).meta({ description: 'Its port.' }),
    tls: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({
      description: 'starttls: from the first command on. tls: from the first byte. none: never.',
    }),
    username: words(256)
      .optional()
      .meta({ description: 'Its user, where it asks for one.', examples: ['ghostgate'] }),
    password: secretPlace(SMTP_PASSWORD_HINT)
      .optional()
      .meta({
        description: 'Where the password is kept.',
        examples: [{ file: '/etc/ghostgate/smtp.password' }],
      }),
  })
  .superRefine(({ host, tls, username, password }, context) => {
    if ((username === undefined) !== (password === undefined)) {
      const message = `names no ${username === undefined ? 'username' : 'password'}`;
      context.addIssue(issue({ message, hint: 'write both or neither' }));
    }
    const isHere = host === 'localhost' || host === '::1' || host.startsWith('127.');
    if (tls !== 'none' || password === undefined || isHere) return;
    const message = `a password in clear text over the network: ${show(host)}`;
    context.addIssue(issue({ message, hint: 'write tls: starttls or tls: tls' }, ['tls']));
  });

const email = z.strictObject({
  to: z
    .array(text(mailMistake))
    .min(1)
    .max(20)
    .meta({ description: 'Who gets it.', examples: [['noc@example.com']] }),
  from: text(mailMistake).meta({
    description: 'Who it comes from.',
    examples: ['ghostgate@example.com'],
  }),
  smtp: smtp.optional().meta({
    description: 'The mail server it is given to; without it, the sendmail of this machine.',
  }),
  sendmail: path()
    .default('/usr/sbin/sendmail')
    .meta({ description: 'The program that takes mail where no smtp is named.' }),
});

const channel = z
  .strictObject({
    name: name().meta({ description: 'Its name in logs.', examples: ['chat', 'mail'] }),
    webhook: webhook.optional().meta({ description: 'Posted to an address.' }),
    email: email.optional().meta({ description: 'Sent as e-mail.' }),
    on: z
      .array(z.enum(NOTIFY_KINDS))
      .min(1)
      .max(NOTIFY_KINDS.length)
      .default([...USUAL])
      .meta({
        description:
          'What is told. rang: a phone rang for a ghost call. link, enforcer, policy, problem: lost and well again. ban: in a digest, never alone.',
      }),
    group: duration(86_400)
      .default('5m')
      .meta({ description: 'What happens in this time after a message goes into one.' }),
    most_per_hour: count(1, 1000)
      .default(12)
      .meta({ description: 'Messages in an hour at the most; what is above waits.' }),
  })
  .superRefine((value, context) => {
    if ((value.webhook === undefined) !== (value.email === undefined)) return;
    const message = value.webhook === undefined ? 'goes nowhere' : 'goes two ways';
    context.addIssue(issue({ message, hint: 'write either webhook: or email:' }));
  })
  .meta({ oneOf: [{ required: ['webhook'] }, { required: ['email'] }] });

/** The `notify` list as written. */
export const notifyFile = z
  .array(channel)
  .max(20)
  .default([])
  .meta({ description: 'Who is told when something happens, without looking.' });

/** What is wrong with the address of a webhook. The address itself is a secret: no message shows it. */
export function urlMistake(url: string): Mistake | undefined {
  const hint = 'it begins with https://; http:// is for this machine alone';
  if (!URL.canParse(url)) return { message: 'not a web address', hint };
  const { protocol, hostname, username, password } = new URL(url);
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) {
    return { message: 'not an https address', hint };
  }
  if (username === '' && password === '') return undefined;
  return { message: 'holds a user name or password', hint: 'sign it by secret: instead' };
}

/** As much of RFC 5321 as mailboxes use; nothing that a header or a command line could mistake. */
function mailMistake(value: string): Mistake | undefined {
  const [, local, host = ''] = /^([A-Za-z0-9][A-Za-z0-9._+=-]{0,63})@(.+)$/.exec(value) ?? [];
  if (local !== undefined && (isHostName(host) || host === 'localhost')) return undefined;
  const hint = 'write it like noc@example.com, without a name';
  return { message: `not a mail address: ${show(value)}`, hint };
}
