import type { Base } from './base.ts';
import type { WantedBase } from './centre.ts';
import { createCentre } from './centre.ts';
import { createInflow } from './inflow.ts';
import type { Reader, Roll } from './inbox.ts';
import { rollOf } from './inbox.ts';
import { allowAgain, keptUnder } from './kept.ts';
import type { Link, LinkState, Reach } from './link.ts';
import { openLink } from './link.ts';
import type { FleetMemory } from './memory.ts';
import type { SigningKey } from './nkey.ts';
import type { Lift, Notice } from './notice.ts';
import { LAST_SENT, createOutbox } from './outbox.ts';
import { createPresence } from './presence.ts';
import { startPulse } from './pulse.ts';
import type { Accept, Claims } from './quorum.ts';
import { createClaims } from './quorum.ts';
import { whyUntellable } from './shape.ts';
import type { SiteReport } from './site-report.ts';
import { createSiteBudget } from './site-budget.ts';
import type { Unused, Wishes } from './verdicts.ts';
import { ALLOWED, createVerdicts } from './verdicts.ts';
import { KEPT_MS, UNBAN, inboxOf } from './words.ts';

/** This site's part in the fleet. */
export interface Fleet {
  /** A ban of this site's own judge, for the others. */
  tell(notice: Notice): void;
  /** A person here let the source in again: what this site told is taken back. */
  lift(target: string): void;
  /** What others have said of the source so far counts no more here. */
  forget(target: string): void;
  /**
   * Looks again at every source that was told of: at start, when something held it back, and when
   * this site asks for more. @param also such that nobody may tell of any more
   */
  considerAll(also?: readonly string[]): void;
  /** The text of the policy that is wanted. Rejects with LinkError when it cannot be had. */
  base(wanted: WantedBase): Promise<Base>;
  /** Tells the operator now how this site is, not with the next minute. */
  tellState(): void;
  report(): FleetState;
  close(): Promise<void>;
}

export interface FleetState {
  readonly link: LinkState;
  /** Sites that belong to the fleet, this one included. */
  readonly sites: number;
  /** Whether this site is one of them, with this key. */
  readonly member: boolean;
  /** Claims of other sites in memory, and messages of theirs taken since the start. */
  readonly claims: number;
  readonly heard: number;
  readonly told: number;
  /** Told to nobody yet. */
  readonly unsent: number;
  readonly refused: number;
  readonly lastRefusal?: string;
  readonly unused: Unused;
  readonly caughtUpAt?: number;
}

export interface FleetParts {
  readonly site: string;
  readonly key: SigningKey;
  readonly operator: string;
  readonly reach: Omit<Reach, 'inbox' | 'name' | 'key'>;
  readonly memory: FleetMemory;
  /** Read at each use: the policy may change. */
  readonly settings: () => {
    readonly accept: Accept & { readonly sitePerMinute: number };
    readonly v6Bits: number;
  };
  readonly wishes: Wishes;
  /** What `fleet sites` shows of this site. */
  readonly summary: () => SiteReport;
  readonly on: {
    link(state: LinkState): void;
    refused(from: string, why: string): void;
    failed(why: string): void;
  };
  readonly now: () => number;
  /** Connects; the library's own unless a test stands in. */
  readonly open?: typeof openLink;
  readonly reader?: Reader;
}

/** Opens the connection and keeps up with the others until it is closed. */
export function createFleet(parts: FleetParts): Fleet {
  const { site, key, memory, wishes, now } = parts;
  const kept = keptUnder(parts.operator, memory, now());
  const roll: Roll = rollOf(kept);
  const claims: Claims = createClaims();
  for (const { target, claim } of kept.claims) claims.put(target, claim);
  let link: Link | undefined;

  const centre = createCentre({
    operator: parts.operator,
    roll,
    memory,
    facts: kept.facts,
    link: () => link,
    wanted: wishes.base,
  });
  const verdicts = createVerdicts({
    site,
    roll,
    claims,
    memory,
    budget: createSiteBudget(() => parts.settings().accept.sitePerMinute),
    accept: () => parts.settings().accept,
    v6Bits: () => parts.settings().v6Bits,
    wishes,
    centre,
    now,
    reader: parts.reader,
  });
  const failed = (why: string): void => {
    presence.lost(why);
    parts.on.failed(why);
  };
  const outbox = createOutbox({
    site,
    key,
    memory,
    link: () => link,
    last: Number(kept.facts.get(LAST_SENT) ?? 0),
    now,
    failed,
  });
  const inflow = createInflow({
    ...parts,
    on: { ...parts.on, failed },
    roll,
    verdicts,
    facts: kept.facts,
    link: () => link,
  });
  const presence = createPresence({
    site,
    key,
    link: () => link,
    state: () => ({ site, at: now(), ...parts.summary(), unsent: memory.unsent }),
    back() {
      inflow.cut();
      inflow.sync();
      centre.offer();
      void outbox.flush();
    },
  });
  allowAgain(kept.facts.get(ALLOWED), roll, wishes);

  const tellState = (): void => presence.tell();
  const everyMinute = (): void => {
    claims.expire(now());
    // As long as what was told meanwhile can still be read from the stream.
    for (const [target, { at }] of roll.freed) {
      if (at <= now() - KEPT_MS) roll.freed.delete(target);
    }
    tellState();
    // What could not be taken may be by now.
    centre.offer();
    void outbox.flush();
  };
  const stopPulse = startPulse([
    { everyMs: MINUTE_MS, beat: everyMinute },
    { everyMs: SYNC_MS, beat: () => inflow.sync() },
    { everyMs: MARK_MS, beat: () => void inflow.mark() },
  ]);

  const reach = { ...parts.reach, key, inbox: inboxOf(site), name: `ghostgate ${site}` };
  const open = parts.open ?? openLink;
  link = open(reach, ['ghostgate.notice.*', UNBAN, 'ghostgate.order.>'], {
    up() {
      if (link !== undefined) parts.on.link(link.state());
      presence.fresh();
      inflow.sync();
      centre.offer();
      tellState();
      void outbox.flush();
    },
    down() {
      inflow.cut();
      if (link !== undefined) parts.on.link(link.state());
    },
    message: (subject, data) => inflow.live(subject, data),
  });

  const linkState = (): LinkState => {
    const { problem } = presence;
    const state = link?.state() ?? { state: 'connecting', since: now() };
    return problem === undefined || state.state !== 'up' ? state : { ...state, problem };
  };

  return {
    tell(notice) {
      // What the others would refuse is not told at all.
      if (whyUntellable(notice.target, 0) === undefined) outbox.tell(notice);
    },
    lift(target) {
      const said: Lift = { target, lift: true };
      if (whyUntellable(target, 0) === undefined) outbox.tell(said);
    },
    forget(target) {
      claims.clear(target);
      memory.clearClaims(target);
    },
    considerAll(also = []) {
      for (const target of new Set([...claims.targets(), ...also])) {
        verdicts.consider(target, now());
      }
    },
    base: (wanted) => centre.base(wanted),
    tellState,
    report() {
      const { refused, lastRefusal, heard, caughtUpAt } = inflow.counts;
      return {
        link: linkState(),
        sites: [...roll.members.values()].filter((member) => member.key !== undefined).length,
        member: roll.members.get(site)?.key === key.publicKey,
        claims: claims.size,
        heard,
        told: outbox.told,
        unsent: memory.unsent,
        refused,
        ...(lastRefusal === undefined ? {} : { lastRefusal }),
        unused: verdicts.unused,
        ...(caughtUpAt === undefined ? {} : { caughtUpAt }),
      };
    },
    async close() {
      stopPulse();
      presence.close();
      await link?.close();
      await inflow.settled();
    },
  };
}

const MINUTE_MS = 60_000;
/** While notices come; a quiet fleet asks nothing. */
const MARK_MS = 2000;
/** The safety net; whatever is missed on a living connection shows by its number at once. */
const SYNC_MS = 300_000;
