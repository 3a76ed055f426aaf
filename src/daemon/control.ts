import { LRUCache } from 'lru-cache';
import { bitsOf, leastBitsLetIn, nested } from '../event/nested.ts';
import { parseAddress, parseNetwork, targetOf } from '../event/source.ts';
import { explainStanding } from '../judge/explain.ts';
import type { History } from '../judge/history.ts';
import type { Standings } from '../judge/standings.ts';
import type { World } from '../judge/world.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { Control } from '../web/control.ts';
import type { Explanation } from '../web/explanation.ts';
import type { StatusReport } from '../web/status-report.ts';
import type { Chronicle } from './chronicle.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Release } from './release.ts';
import { readByDays } from './report-source.ts';
import type { Shutter } from './shutter.ts';

export interface ControlParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly standings: Standings;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly shutter: Shutter;
  readonly status: () => StatusReport;
  /** Takes a ban out of every enforcer, ledger and store, and starts its grace. */
  readonly release: Release;
  reload: Control['reload'];
  readonly chronicle: Pick<Chronicle, 'follow' | 'flush'>;
  readonly log: Log;
  readonly lockdown: Control['lockdown'];
  readonly feeds: Control['feeds'];
  readonly telling: Pick<Notifier, 'status' | 'test'>;
  readonly now: () => number;
}

/** Verdicts and bans that `explain` tells at most. */
const STORY = 200;

/** What the control socket may ask of the running daemon. */
export function createControl(parts: ControlParts): Control {
  const { standings, ledger, store } = parts;
  const targetFrom = (text: string): string | undefined => {
    const network = parseNetwork(text);
    const lone = network !== undefined && !network.includes('/');
    return lone ? targetOf(network, parts.policy().jail.ipv6PrefixBits) : network;
  };

  /** The wider prefix that is shut out as a whole, and this target with it. */
  const holderOf = (target: string): string | undefined =>
    nested(target, targetsOf(ledger)).holders[0];

  const explain = (text: string): Explanation => {
    const address = parseAddress(text) ?? text.split('/', 1)[0] ?? text;
    const target = targetFrom(text) ?? text;
    const now = parts.now();
    const world = parts.world();
    const standing = standings.peek(target);
    const story = explainStanding(standing, world, parts.policy(), target, now, address);
    const ban = ledger.get(target) ?? ledger.get(holderOf(target) ?? '');
    const graceUntil =
      world.graces.get(target) ??
      world.graces.get(nested(target, world.graces.keys()).holders[0] ?? '');
    // A phone that is registered is no stranger either.
    const known = story.known ?? story.shielded;
    return {
      target,
      address,
      ...(known === undefined ? {} : { known }),
      standing: story.lines,
      verdicts: store.verdictsOf(target, STORY),
      bans: store.bansOf(target, STORY),
      ...(ban === undefined
        ? {}
        : {
            shutOut: {
              until: ban.until,
              rule: ban.rule,
              why: ban.target === target ? ban.why : `${ban.why} (all of ${ban.target})`,
              quarantine: ban.quarantine,
            },
          }),
      ...(graceUntil === undefined || graceUntil <= now ? {} : { graceUntil }),
    };
  };

  /** Ninety days take the store tens of ms: many who look on must not ask it again and again. */
  const histories = new LRUCache<number, History>({ max: 8 });

  return {
    status: () => parts.status(),
    bans: () => ledger.wanted(),
    async ban({ target: text, seconds, because, by }) {
      const target = targetFrom(text);
      if (target === undefined) return notAnAddress(text);
      const now = parts.now();
      const done = await parts.shutter.byHand({
        target,
        since: now,
        until: now + seconds * 1000,
        rule: 'by-hand',
        why: `${because} (by ${by})`,
        proof: 'proven',
        quarantine: false,
        by: 'hand',
      });
      return 'ban' in done
        ? done
        : { ...done, hint: `ghostgate explain ${target}, for whose it is` };
    },
    async unban({ target: text, because, by }) {
      const target = targetFrom(text);
      if (target === undefined) return notAnAddress(text);
      const widest = leastBitsLetIn(target);
      // As for the fleet's unban: whoever is let in for a time is so on purpose.
      if (bitsOf(target) < widest) {
        return {
          refused: `wider than /${widest}: nobody would be shut out any more`,
          hint: 'mode: observe in the policy ends all bans, and goes on judging',
        };
      }
      const holder = holderOf(target);
      // Its grace would not help it: the packet filter knows the wider ban alone.
      if (holder !== undefined) {
        return {
          refused: `shut out with all of ${holder}`,
          hint: `ghostgate unban ${holder}`,
        };
      }
      const { within } = nested(target, targetsOf(ledger));
      const how = { by, because };
      for (const each of within) await parts.release(each, how);
      const { released, graceUntil } = await parts.release(target, how);
      return { released: released || within.length > 0, graceUntil };
    },
    explain,
    explainCall(call) {
      const verdicts = store.verdictsOfCall(call, STORY);
      const [latest] = verdicts;
      return latest === undefined ? undefined : { call, verdicts, source: explain(latest.address) };
    },
    reload: parts.reload,
    verdicts: (limit) => store.newestVerdicts(limit),
    history(hours) {
      const now = parts.now();
      const known = histories.get(hours);
      if (known !== undefined && now - known.until < KNOWN_FOR_MS[hours <= 24 ? 0 : 1])
        return known;
      // What was counted in the last seconds waits in memory.
      parts.chronicle.flush();
      const spanMs = hours * HOUR_MS;
      const read = store.history(now - spanMs, now, stepOf(spanMs), TOPS);
      histories.set(hours, read);
      return read;
    },
    async report(since) {
      parts.chronicle.flush();
      const { site, mode, report, pbxs, gate } = parts.policy();
      const now = parts.now();
      return {
        site,
        version: parts.status().version,
        mode,
        ...report,
        pbxs: pbxs.map(({ name }) => name),
        isGated: gate.enabled,
        history: await readByDays(store, since, now + 1),
        notices: store.notices(since, MOST_NOTICES),
      };
    },
    audit: (limit) => store.audit(limit),
    keepAudit(entry) {
      const { did, ...rest } = entry;
      parts.log.info({ event: 'audit', did, ...rest }, did);
      try {
        store.putAudit({ at: parts.now(), ...entry });
      } catch (error) {
        parts.log.error({ err: error }, 'the audit trail');
      }
    },
    follow: (listener) => parts.chronicle.follow(listener),
    lockdown: parts.lockdown,
    feeds: parts.feeds,
    notify: {
      channels: () => parts.telling.status(),
      async test(name) {
        const tried = await parts.telling.test(name);
        if (name === undefined || tried.length > 0) return tried;
        return { refused: `the policy names no channel ${name}`, hint: 'ghostgate notify' };
      },
    },
  };
}

/** In one report. */
const MOST_NOTICES = 100;
/** Of sources and of dialled numbers, in one history. */
const TOPS = 100;
const HOUR_MS = 3_600_000;

/** For how long what was read holds: of a day, and of a longer time. */
const KNOWN_FOR_MS = [5000, 60_000] as const;

/** Some 150 stretches of time, each a round one: that is as many as a plot can show. */
function stepOf(spanMs: number): number {
  const steps = [1 / 12, 1 / 6, 1, 6, 24].map((hours) => hours * HOUR_MS);
  return steps.find((step) => spanMs / step <= 200) ?? 24 * HOUR_MS;
}

function targetsOf(ledger: Ledger): string[] {
  return ledger.wanted().map(({ target }) => target);
}

function notAnAddress(text: string): { refused: string; hint: string } {
  return {
    refused: `${text} is not an address or prefix`,
    hint: 'write it like 203.0.113.9, 203.0.113.0/28 or 2001:db8:1:2::/64',
  };
}
