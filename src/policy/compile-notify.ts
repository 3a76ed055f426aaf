import { secondsOf } from './fields.ts';
import type { NotifyPolicy } from './policy-notify.ts';
import { pathText } from './problem.ts';
import type { Written } from './schema.ts';

/** A way to tell somebody, as the program uses it. */
export function compileNotify(
  { name, webhook, email, on, group, most_per_hour }: Written['notify'][number],
  at: number,
  secrets: ReadonlyMap<string, string>,
): NotifyPolicy {
  const secret = (...path: string[]): string | undefined =>
    secrets.get(pathText(['notify', at, ...path]));
  const common = {
    name,
    on: [...new Set(on)],
    groupSeconds: secondsOf(group),
    mostPerHour: most_per_hour,
  };
  if (webhook !== undefined) {
    return {
      ...common,
      kind: 'webhook',
      url: secret('webhook', 'url') ?? '',
      format: webhook.format,
      secret: secret('webhook', 'secret'),
    };
  }
  if (email === undefined) throw new Error('the schema lets no such channel through');
  const { to, from, smtp, sendmail } = email;
  if (smtp === undefined) return { ...common, kind: 'sendmail', to, from, path: sendmail };
  const { host, port, tls, username: user } = smtp;
  const login = { user: user ?? '', password: secret('email', 'smtp', 'password') ?? '' };
  return {
    ...common,
    kind: 'smtp',
    to,
    from,
    host,
    port,
    tls,
    login: user === undefined ? undefined : login,
  };
}
