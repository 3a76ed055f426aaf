import type { PagePolicy } from '../../src/policy/policy-page.ts';

/** The page of policies/good/everything.yaml. */
export const EVERY_PAGE_KEY: PagePolicy = {
  listen: { host: '0.0.0.0', port: 8443 },
  names: ['gate.acme.example'],
  users: [{ name: 'anna', password: 'from the file' }],
  tokens: [{ name: 'monitoring', token: 'token-of-the-environment', may: 'act' }],
  sessionSeconds: 3600,
  tls: { cert: '/srv/tls/page.crt', key: '/srv/tls/page.key' },
};
