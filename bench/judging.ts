import { prefixTable } from '../src/event/network.ts';
import type { SipEvent } from '../src/event/sip-event.ts';
import { targetOf } from '../src/event/source.ts';
import { createDialledNumbers } from '../src/judge/dialled.ts';
import { judge } from '../src/judge/judge.ts';
import { createStandings } from '../src/judge/standings.ts';
import type { Verdict } from '../src/judge/verdict.ts';
import type { World } from '../src/judge/world.ts';
import { benchPolicy } from './policy.ts';

/** The judge as a site runs it: what takes one event, and tells its verdict. */
export async function judging(judged: (event: SipEvent, verdict: Verdict) => void) {
  const policy = await benchPolicy();
  const standings = createStandings(policy.memory.sources);
  const world: World = {
    own: prefixTable([['127.0.0.0/8', 'loopback']]),
    trunks: prefixTable(),
    trusted: prefixTable([['10.20.0.0/16', '10.20.0.0/16']]),
    registrations: new Map(),
    unresolvedHosts: [],
    graces: new Map(),
    dialled: createDialledNumbers(),
  };
  return (event: SipEvent): void => {
    const target = targetOf(event.source.address);
    const verdict = judge(event, standings.fold(event, target), world, policy);
    if (verdict.answer === 'ban') {
      const { rule, why, proof, quarantine = false, jailSeconds = 0 } = verdict;
      const until = event.seenAt + jailSeconds * 1000;
      const since = event.seenAt;
      standings.banned(target, { target, since, until, rule, why, proof, quarantine, by: 'judge' });
    }
    judged(event, verdict);
  };
}
