import { z } from 'zod';
import { issue, matching, name, path, port, socketPath, text } from './fields.ts';
import type { Mistake } from './problem.ts';
import { CROWDSEC_HINT, secretPlace } from './schema-pbx.ts';

/**
 * Asterisk checks each line of an ACL against every line before it when it reads the file:
 * 1,000 take 3 ms, 10,000 take 0.21 s and 50,000 take 18 s, during which it answers nobody.
 */
const MOST_ACL_TARGETS = 2000;

/** FreeSWITCH reads 50,000 in 63 ms, 30 to a node, and looks an address up in 0.33 ms. */
const MOST_LIST_TARGETS = 50_000;

const nftables = z.strictObject({
  table: identifier('table').default('ghostgate').meta({ description: "Ghostgate's own table." }),
  sip_ports: z
    .array(port())
    .min(1)
    .max(16)
    .default([5060, 5061, 5062, 5063, 5070, 5080, 5081, 5160, 5161])
    .meta({ description: 'Ports whose real senders are remembered against forged events.' }),
  lockdown: z
    .strictObject({
      registered: z
        .boolean()
        .default(true)
        .meta({ description: 'Sources that hold a registration are let in as well.' }),
    })
    .prefault({})
    .meta({
      description:
        'Whom `ghostgate lockdown` lets send to these ports besides trunks and trusted networks.',
    }),
});

const asteriskAcl = z.strictObject({
  file: path()
    .default('/etc/asterisk/ghostgate_acl.conf')
    .meta({ description: 'Include file that belongs to Ghostgate alone.' }),
  acl: identifier('ACL').default('ghostgate').meta({ description: 'Name of the ACL in it.' }),
  capacity: z
    .int()
    .min(1)
    .superRefine((value, context) => {
      if (value <= MOST_ACL_TARGETS) return;
      const message = `more than ${MOST_ACL_TARGETS}: Asterisk reads an ACL in quadratic time and answers nobody meanwhile`;
      const hint = 'leave the rest to nftables: the newest and worst sources go first';
      context.addIssue(issue({ message, hint }));
    })
    .default(MOST_ACL_TARGETS)
    .meta({ description: 'Most sources in it.', maximum: MOST_ACL_TARGETS }),
  pbxs: aclPbxs(),
});

const freeswitchAcl = z.strictObject({
  file: path()
    .default('/etc/freeswitch/ghostgate.acl.xml')
    .meta({ description: 'Include file that belongs to Ghostgate alone.' }),
  list: identifier('list').default('ghostgate').meta({ description: 'Name of the list in it.' }),
  capacity: z
    .int()
    .min(1)
    .superRefine((value, context) => {
      if (value <= MOST_LIST_TARGETS) return;
      const message = `more than ${MOST_LIST_TARGETS}: FreeSWITCH goes through the whole list for every call`;
      const hint = 'leave the rest to nftables: the newest and worst sources go first';
      context.addIssue(issue({ message, hint }));
    })
    .default(MOST_LIST_TARGETS)
    .meta({ description: 'Most sources in it.', maximum: MOST_LIST_TARGETS }),
  pbxs: aclPbxs(),
});

const fail2ban = z.strictObject({
  jail: identifier('jail').default('ghostgate').meta({ description: "Ghostgate's own jail." }),
  socket: socketPath()
    .default('/var/run/fail2ban/fail2ban.sock')
    .meta({ description: "Socket of fail2ban's server." }),
});

const ipset = z.strictObject({
  set: matching(
    '^[A-Za-z_][A-Za-z0-9_-]{0,28}$',
    'name of a set',
    'use letters and digits, 29 at most',
  )
    .default('ghostgate')
    .meta({ description: "Ghostgate's own sets are this name with 4 and with 6 behind it." }),
  rule: z.boolean().default(true).meta({
    description:
      'Keep a rule for each set first in raw PREROUTING. false: the firewall of this host refers to them itself.',
  }),
});

const crowdsec = z.strictObject({
  url: text(urlMistake)
    .default('http://127.0.0.1:8080')
    .meta({ description: 'Its local API; http only on this machine.' }),
  machine: matching(
    '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
    'name of a machine',
    'as in cscli machines list',
  )
    .default('ghostgate')
    .meta({ description: 'Machine that the local API knows: one for each Ghostgate.' }),
  password: secretPlace(CROWDSEC_HINT).meta({
    description: 'Where its password is kept; never in this file.',
    examples: [{ file: '/etc/ghostgate/crowdsec.password' }],
  }),
});

/** Enforcers with options, in the order of the sample. */
const withOptions = {
  nftables: nftables.meta({ description: "The kernel's packet filter, which drops every packet." }),
  'asterisk-acl': asteriskAcl.meta({ description: "A named ACL of Asterisk's own." }),
  'freeswitch-acl': freeswitchAcl.meta({ description: "A list of FreeSWITCH's own." }),
  fail2ban: fail2ban.meta({ description: 'A jail of fail2ban.' }),
  ipset: ipset.meta({ description: 'Sets of ipset, for hosts whose firewall is iptables.' }),
  crowdsec: crowdsec.meta({ description: "Decisions in CrowdSec's local API, for its bouncers." }),
};

const ENFORCER_NAMES = [
  'observe',
  'nftables',
  'asterisk-acl',
  'freeswitch-acl',
  'fail2ban',
  'ipset',
] as const;

/** The `enforce` list as written: names, or maps of one name to its options. */
export const enforceFile = z
  .array(
    z.union([
      z.enum(ENFORCER_NAMES),
      z
        .strictObject({
          nftables: withOptions.nftables.optional(),
          'asterisk-acl': withOptions['asterisk-acl'].optional(),
          'freeswitch-acl': withOptions['freeswitch-acl'].optional(),
          fail2ban: withOptions.fail2ban.optional(),
          ipset: withOptions.ipset.optional(),
          crowdsec: withOptions.crowdsec.optional(),
        })
        .superRefine((value, context) => {
          const names = Object.keys(value);
          if (names.length === 1) return;
          const message = `names ${names.length === 0 ? 'no enforcer' : `${names.length} enforcers`}`;
          context.addIssue(issue({ message, hint: 'begin each enforcer with a - of its own' }));
        })
        .meta({ minProperties: 1, maxProperties: 1 }),
    ]),
  )
  .min(1)
  .max(10)
  .default(['observe'])
  .meta({
    description: 'Where bans are written. observe writes them nowhere.',
    examples: [['observe']],
  });

export type WrittenEnforcer = z.output<typeof enforceFile>[number];

/** A name with its options, each filled in where the policy says nothing. */
export const enforcerOptions = {
  nftables,
  'asterisk-acl': asteriskAcl,
  'freeswitch-acl': freeswitchAcl,
  fail2ban,
  ipset,
  crowdsec,
};

function aclPbxs() {
  return z
    .array(name())
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Names of the PBXs told to read it; without it, all of their kind.' });
}

function urlMistake(value: string): Mistake | undefined {
  const hint = 'write it as http://127.0.0.1:8080 or https://crowdsec.example:8080';
  // Somebody may have put a password into it: the message does not show it.
  const message = 'not the address of a local API';
  if (!/^https?:\/\/[^\s/?#@]{1,260}$/.test(value) || !URL.canParse(value))
    return { message, hint };
  return undefined;
}

function identifier(what: string): z.ZodString {
  // It becomes part of a configuration text of somebody else's: no room for surprises.
  return matching('^[A-Za-z_][A-Za-z0-9_-]{0,30}$', `name of a ${what}`, 'use letters and digits');
}
