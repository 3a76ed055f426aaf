import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { allow } from './fleet-allow.ts';
import { keys } from './fleet-keys.ts';
import { back, diff, history } from './fleet-history.ts';
import { add, init, revoke, ring, unban } from './fleet-orders.ts';
import { publish } from './fleet-publish.ts';
import { bans, sites, status } from './fleet-text.ts';
import { withOperator } from './fleet-operator.ts';
import type { FleetAction } from './fleet-operator.ts';
import type { Output } from './output.ts';

/** `ghostgate fleet ACTION`: the operator's hand on all sites. It asks NATS, not the daemon. */
export async function fleet(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const [action = '', ...words] = asked.positionals;
  if (action === 'keys') return await keys(words, asked, out);
  if (action === 'page') return await (await import('./fleet-page.ts')).page(words, out);
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act === undefined) return misused(out, 'fleet', `there is no ${JSON.stringify(action)}`);
  const wrong = act.mistake(words, asked);
  if (wrong !== undefined) return misused(out, 'fleet', wrong);
  const early = await act.early?.(words, asked, out);
  if (early !== undefined) return early;
  return await withOperator(asked, out, (operator) => act.run(operator, words, asked, out, now));
}

const ACTIONS: Readonly<Record<string, FleetAction>> = {
  init,
  add,
  revoke,
  status,
  sites,
  bans,
  unban,
  allow,
  ring,
  publish,
  history,
  diff,
  rollback: back,
};

const USAGE: Usage = {
  command: 'fleet',
  options: ['server', 'key', 'ca', 'site', 'because', 'for', 'ring', 'soak', 'wait', 'to'],
  flags: ['viewer', 'dry-run', 'resume'],
  positionals: { least: 1, most: 64 },
  missing: 'say what is to be done: status, sites, bans, unban, publish, …',
  help: `ghostgate fleet ACTION [--server URL] [--key FILE] [--ca FILE] [--json]

The operator's commands over all sites of a fleet; docs/fleet.md says how one is
set up. They speak to NATS with the operator's key.

  keys FILE [--site NAME | --viewer]
                           makes a key; prints its public half and the user for
                           nats-server's configuration; the operator's without
                           --site, that of the fleet page with --viewer
  init                     makes the streams, once
  add SITE KEY [--ring RING]
                           this site belongs to the fleet, with this public key
  ring RING SITE…          these sites get a new policy with this ring
  revoke SITE --because TEXT
                           nothing of it counts any more, nor what it told
  status                   how the fleet is, in a few lines
  sites                    how each site is
  page FILE                serves a page of all sites until it is told to stop;
                           FILE has the fleet and page blocks of a policy
  bans                     what sites tell of sources, and which sites
  unban ADDR… --because TEXT [--for TIME]
                           every site lets it in, and no rule or notice shuts
                           it out before TIME is over (1d when left out)
  allow                    the networks that no site shuts out
  allow add NETWORK… --because TEXT
  allow remove NETWORK…
  publish FILE --ring RINGS --because TEXT [--soak TIME] [--wait TIME]
          [--dry-run]      the policy that lies under each site's own where
                           that says extends: fleet; ring by ring, each waited
                           for (5m) and looked at (15m), and all taken back
                           when one does harm; with --resume in place of FILE
                           and --because it goes on where it was stopped. all
                           is every site in none of the rings named beside it:
                           --ring all alone is the whole fleet at once
  history                  what was published, and which rings have it
  diff [A] [B]             how two versions differ, the last two when left out
  rollback [--to VERSION] [--ring RING] --because TEXT
                           each ring has again what it had before, or VERSION;
                           0 is none

The server is --server or GHOSTGATE_FLEET_SERVER; its authority's certificate,
where no public one signed, --ca or GHOSTGATE_FLEET_CA; the operator's key --key
or GHOSTGATE_FLEET_KEY or /etc/ghostgate/fleet-operator.key.

Examples:
  ghostgate fleet keys /etc/ghostgate/fleet.key --site acme-hq
  ghostgate fleet page /etc/ghostgate/fleet-page.yaml
  ghostgate fleet sites --server tls://nats.example.net:4222
  ghostgate fleet unban 203.0.113.9 --because "a customer's new office"
  ghostgate fleet revoke acme-hq --because "its disk was stolen"
  ghostgate fleet publish base.yaml --ring canary,early,all \\
    --because "strangers are refused"

Exit codes: 0 done, 1 a site is not heard, a policy was taken back, or the fleet
cannot be reached or refused, 2 usage`,
};
