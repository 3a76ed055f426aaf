import { join, resolve } from 'node:path';
import { field } from './data.ts';
import type { EnforcerPolicy } from './policy-enforce.ts';
import type { Policy } from './policy.ts';

/** Where the sites of one process have what is their own. */
export interface SharedPlaces {
  /** Folder with a database folder for each site, like /var/lib/ghostgate/sites. */
  readonly state: string;
  /** Folder with a control socket for each site, like /run/ghostgate-central. */
  readonly run: string;
}

/** 100,000 take 7 MB from the start on, and one site among many is ordinarily a small one. */
const SHARED_SOURCES = 10_000;

/**
 * The policy of one site among many of a process: a database and a socket by its name, no figures
 * of its own, for the process serves those of all, and a smaller memory. What the file itself says
 * stays.
 * @param data the file as it was read
 */
export function inShared(policy: Policy, data: unknown, { state, run }: SharedPlaces): Policy {
  const says = (block: string, key: string): boolean =>
    field(field(data, block), key) !== undefined;
  return {
    ...policy,
    ...(says('store', 'path')
      ? {}
      : { store: { ...policy.store, path: join(state, policy.site) } }),
    ...(says('control', 'socket') ? {} : { control: { socket: socketOf(run, policy.site) } }),
    ...(says('metrics', 'listen') ? {} : { metrics: { listen: undefined } }),
    ...(says('memory', 'sources') ? {} : { memory: { sources: SHARED_SOURCES } }),
  };
}

/** The control socket of one site among many. */
export function socketOf(run: string, site: string): string {
  return join(run, `${site}.sock`);
}

/** Something that no two sites of a process may have. */
export interface Claim {
  /** What it is, the same text for the same thing. */
  readonly what: string;
  /** Where the policy names it. */
  readonly path: string;
}

export function claimsOf({ site, store, control, metrics, page, enforce }: Policy): Claim[] {
  const pageAt = page?.listen;
  return [
    { what: `the site name ${site}`, path: 'site' },
    { what: `the folder ${resolve(store.path)}`, path: 'store.path' },
    { what: `the socket ${resolve(control.socket)}`, path: 'control.socket' },
    ...port(metrics.listen, 'metrics.listen'),
    ...(pageAt === undefined
      ? []
      : 'socket' in pageAt
        ? [{ what: `the socket ${resolve(pageAt.socket)}`, path: 'page.listen' }]
        : port(pageAt, 'page.listen')),
    ...enforce.flatMap((enforcer) => {
      const what = placeOf(enforcer);
      return what === undefined ? [] : [{ what, path: `enforce ${enforcer.kind}` }];
    }),
  ];
}

function port(listen: { readonly port: number } | undefined, path: string): Claim[] {
  if (listen === undefined || listen.port === 0) return [];
  return [{ what: `port ${listen.port}`, path }];
}

/** Two that write into one place would take out each other's bans at every look. */
function placeOf(enforcer: EnforcerPolicy): string | undefined {
  switch (enforcer.kind) {
    case 'nftables':
      return `the nftables table ${enforcer.table}`;
    case 'ipset':
      return `the ipset ${enforcer.set}`;
    case 'fail2ban':
      return `the fail2ban jail ${enforcer.jail}`;
    case 'asterisk-acl':
    case 'freeswitch-acl':
      return `the file ${resolve(enforcer.file)}`;
    case 'crowdsec':
      return `the CrowdSec machine ${enforcer.machine} at ${enforcer.url}`;
    case 'observe':
    case 'asterisk-db':
    case 'freeswitch-hash':
      return undefined;
    default:
      return enforcer satisfies never;
  }
}
