import { setFlagsFromString } from 'node:v8';
import { targetOf } from '../event/source.ts';
import { createDialledNumbers } from '../judge/dialled.ts';
import { judge } from '../judge/judge.ts';
import { createStandings } from '../judge/standings.ts';
import type { World } from '../judge/world.ts';
import { madeUpEvents } from '../pbx/asterisk/warm-up.ts';
import type { Policy } from '../policy/policy.ts';

/** Enough for V8 to compile the way of an event; takes about 150 ms. */
const EVENTS = 3000;

let isWarm = false;

/**
 * Runs made-up events through the same code that the first scanner's will take, on standings that
 * are thrown away: interpreted, that way took a fifth of a millisecond more of the two that a ban
 * may take. V8 is told to keep the code: a PBX may be quiet for days before it matters.
 */
export function warmUp(policy: Policy, world: World): void {
  // One code serves all sites of a process.
  if (isWarm) return;
  isWarm = true;
  setFlagsFromString('--no-flush-bytecode');
  const standings = createStandings(EVENTS);
  const apart = { ...world, dialled: createDialledNumbers() };
  madeUpEvents(EVENTS, (event) => {
    const target = targetOf(event.source.address, policy.jail.ipv6PrefixBits);
    judge(event, standings.fold(event, target), apart, policy);
  });
}
