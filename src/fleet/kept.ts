import type { Roll } from './inbox.ts';
import type { FleetMemory, Kept } from './memory.ts';
import { keptOrder } from './order.ts';
import type { Wishes } from './verdicts.ts';

/**
 * What this site knows of the fleet from before. Synchronous; `now` in ms since the epoch.
 * What one operator ordered is no order of the next one's.
 */
export function keptUnder(operator: string, memory: FleetMemory, now: number): Kept {
  const before = memory.read(now);
  const isOther = (before.facts.get(OPERATOR) ?? operator) !== operator;
  if (isOther) memory.startOver();
  memory.putFact(OPERATOR, operator);
  return isOther ? memory.read(now) : before;
}

/** The allow list holds while NATS is away as well. */
export function allowAgain(
  text: string | undefined,
  roll: Roll,
  wishes: Pick<Wishes, 'allow'>,
): void {
  const order = keptOrder(text);
  if (order?.order !== 'allow') return;
  roll.allowAt = order.at;
  wishes.allow(order.networks.map(({ network }) => network));
}

const OPERATOR = 'operator';
