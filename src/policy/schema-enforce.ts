import { z } from 'zod';
import { issue, matching, name, path, port, socketPath } from './fields.ts';

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

/** Enforcers with options, in the order of the sample. */
const withOptions = {
  nftables: nftables.meta({ description: "The kernel's packet filter, which drops every packet." }),
  'asterisk-acl': asteriskAcl.meta({ description: "A named ACL of Asterisk's own." }),
  'freeswitch-acl': freeswitchAcl.meta({ description: "A list of FreeSWITCH's own." }),
  fail2ban: fail2ban.meta({ description: 'A jail of fail2ban.' }),
};

const ENFORCER_NAMES = [
  'observe',
  'nftables',
  'asterisk-acl',
  'freeswitch-acl',
  'fail2ban',
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
};

function aclPbxs() {
  return z
    .array(name())
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Names of the PBXs told to read it; without it, all of their kind.' });
}

function identifier(what: string): z.ZodString {
  // It becomes part of a configuration text of somebody else's: no room for surprises.
  return matching('^[A-Za-z_][A-Za-z0-9_-]{0,30}$', `name of a ${what}`, 'use letters and digits');
}
