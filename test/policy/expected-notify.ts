import type { NotifyPolicy } from '../../src/policy/policy-notify.ts';
import type { Policy } from '../../src/policy/policy.ts';

const EVERY_NOTIFY: readonly NotifyPolicy[] = [
  {
    name: 'chat',
    on: ['rang', 'ban'],
    groupSeconds: 60,
    mostPerHour: 4,
    kind: 'webhook',
    url: 'https://hooks.example.com/from-the-file',
    format: 'slack',
    secret: 'from the environment',
  },
  {
    name: 'mail',
    on: ['rang', 'notice', 'breaker', 'link', 'enforcer', 'policy', 'problem'],
    groupSeconds: 300,
    mostPerHour: 12,
    kind: 'smtp',
    to: ['noc@acme.example', 'anna+sip@acme.example'],
    from: 'gate@acme.example',
    host: 'smtp.acme.example',
    port: 465,
    tls: 'tls',
    login: { user: 'gate', password: 'from the file' },
  },
  {
    name: 'here',
    on: ['canary'],
    groupSeconds: 300,
    mostPerHour: 12,
    kind: 'sendmail',
    to: ['root@localhost'],
    from: 'gate@localhost',
    path: '/usr/lib/sendmail',
  },
];

type Told = Pick<Policy, 'notify' | 'report'>;
type Reached = Pick<Policy, 'control' | 'metrics'>;

export const NOBODY_TOLD: Told = { notify: [], report: {} };

/** What good/everything.yaml says of who is told, by whom, and how the daemon is reached. */
export const EVERYBODY_TOLD: Told & Reached = {
  control: { socket: '/run/gate.sock' },
  metrics: { listen: { host: '::1', port: 9000 } },
  notify: EVERY_NOTIFY,
  report: { name: 'Acme IT & Sons', logo: '/srv/logo.png' },
};
