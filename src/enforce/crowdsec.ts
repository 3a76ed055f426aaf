import type { Ban } from '../judge/verdict.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { changeQueue } from './change-queue.ts';
import { crowdsecApi } from './crowdsec-api.ts';
import { alertsFor, deletePath, heldDecisions, listPath, originOf } from './crowdsec-text.ts';
import type { Enforcer } from './enforcer.ts';
import type { Change } from './nft-table.ts';
import { checkTargets } from './target.ts';

type CrowdsecPolicy = Omit<Extract<EnforcerPolicy, { kind: 'crowdsec' }>, 'kind'>;

/**
 * Decisions in CrowdSec's local API, so that whatever bouncers the site has act on them: each
 * shuts the source out when it next asks, some 10 seconds later by their defaults. Only decisions
 * of our own origin, which names our machine, are ever seen or deleted: those of CrowdSec itself,
 * of people and of other Ghostgates stay.
 */
export function crowdsec(policy: CrowdsecPolicy, options: { now?: () => number } = {}): Enforcer {
  const { machine } = policy;
  const origin = originOf(machine);
  const { now = Date.now } = options;
  const api = crowdsecApi(policy);
  const queue = changeQueue(apply, MOST_CHANGES);
  /** Why the targets are banned that wait to be written. */
  const told = new Map<string, Ban>();

  async function apply(changes: readonly Change[]): Promise<void> {
    // A ban that is told again only adds a decision, and CrowdSec goes by the longest of them.
    const alerts = alertsFor(machine, changes, told, now());
    for (const { target } of changes) told.delete(target);
    if (alerts.length > 0) await api.ask('POST', '/v1/alerts', alerts);
    for (const { target, until } of changes) {
      if (until === undefined) await api.ask('DELETE', deletePath(machine, target));
    }
  }

  async function put(changes: readonly Change[]): Promise<void> {
    checkTargets('crowdsec', changes);
    await queue.put(changes);
  }

  return {
    name: 'crowdsec',
    capacity: CAPACITY,
    async open() {
      await api.ask('GET', listPath(origin, 1));
    },
    async present() {
      return heldDecisions(await api.ask('GET', listPath(origin)), origin);
    },
    async ban(bans: readonly Ban[]) {
      checkTargets('crowdsec', bans);
      for (const ban of bans) told.set(ban.target, ban);
      await put(bans.map(({ target, until }) => ({ target, until })));
    },
    async release(targets) {
      await put(targets.map((target) => ({ target, until: undefined })));
    },
    close: () => Promise.resolve(),
  };
}

/** 200 decisions in one request take it 0.15 s, in which a verdict waits. */
const MOST_CHANGES = 200;
/** Each tick asks for all of them, which takes it 0.2 to 0.7 s. */
const CAPACITY = 10_000;
