import { parseNetwork } from '../event/source.ts';
import type { Made, NewOrder } from '../fleet/operator-orders.ts';
import type { AllowOrder, Allowed } from '../fleet/order.ts';
import { MOST_ALLOWED, reason } from '../fleet/order.ts';
import { whyUnallowable } from '../fleet/shape.ts';
import { notAnAddress } from './ban.ts';
import { EXIT_NO } from './client.ts';
import type { FleetAction, Refusal } from './fleet-operator.ts';
import { NO_REASON } from './fleet-orders.ts';
import { fail, json } from './output.ts';
import { table } from './table.ts';

/** `ghostgate fleet allow [add|remove NETWORK…]`: what no site shuts out, whatever its rules say. */
export const allow: FleetAction = {
  mistake([change, ...words], { values }) {
    if (change === undefined) return undefined;
    if (change !== 'add' && change !== 'remove') return 'say add, remove, or nothing';
    if (words.length === 0) return 'say which network is meant';
    for (const word of words) {
      const network = parseNetwork(word);
      if (network === undefined) return notAnAddress(word);
      const why = whyUnallowable(network);
      if (why !== undefined) return `${network}: ${why}`;
    }
    return change === 'add' && reason(values['because']) === undefined ? NO_REASON : undefined;
  },
  async run(operator, [change, ...words], asked, out) {
    const named = new Set(words.map((word) => parseNetwork(word) ?? word));
    const because = reason(asked.values['because']) ?? '';
    const added = change === 'add' ? [...named].map((network) => ({ network, because })) : [];
    const done =
      change === undefined
        ? { made: { networks: await operator.allowed() } }
        : await operator.changeAllowed((before) => changed(before, named, added));
    if ('why' in done) return fail(out, EXIT_NO, done.why.what, done.why.hint);
    const { networks } = done.made;
    if (asked.json) json(out, networks);
    else if (networks.length === 0) out.out('The allow list is empty.');
    else {
      const rows = networks.map((each) => [each.network, each.because]);
      out.out(table([{ title: 'NETWORK' }, { title: 'WHY', atLeast: 8 }], rows));
    }
    return 0;
  },
};

/** The list with these networks in it for the reason given now, or out of it when none is added. */
function changed(
  before: readonly Allowed[],
  named: ReadonlySet<string>,
  added: readonly Allowed[],
): Made<NewOrder<AllowOrder>, Refusal> {
  const left = before.filter(({ network }) => !named.has(network));
  const networks = [...left, ...added];
  if (networks.length > MOST_ALLOWED) {
    const hint = 'join them into wider networks, or let a site trust what it alone knows';
    return { why: { what: `the list would hold more than ${MOST_ALLOWED} networks`, hint } };
  }
  if (added.length === 0 && left.length === before.length) {
    return {
      why: { what: 'the list holds none of these', hint: 'ghostgate fleet allow, to see it' },
    };
  }
  return { made: { order: 'allow', networks } };
}
