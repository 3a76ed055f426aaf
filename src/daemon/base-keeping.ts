import type { Base } from '../fleet/base.ts';
import type { WantedBase } from '../fleet/centre.ts';
import { whyHarm } from '../fleet/harm.ts';
import { MOST_REFUSAL_CHARS } from '../fleet/site-report.ts';
import type { SitePolicy } from '../fleet/site-report.ts';
import type { LoadOne } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { whyUnfit } from './base-fit.ts';
import type { BaseShelf, BaseState } from './base-shelf.ts';
import { baseShelf, NO_BASE } from './base-shelf.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';
import { createTallies, countedSince, HOUR_MS } from './tallies.ts';
import type { Tally } from './tallies.ts';

export interface BaseKeepingParts {
  /** The site's own policy file. */
  readonly path: string;
  readonly load: LoadOne;
  /** Reads what was published. Rejects when it cannot be had. */
  readonly published: (wanted: WantedBase) => Promise<Base>;
  /** Loads the site's policy anew, and resolves when it is in force. */
  readonly reload: () => Promise<unknown>;
  readonly counts: () => Tally;
  /** Tells the operator how this site is now. */
  readonly tellState: () => void;
  readonly notices: Pick<Notices, 'tell' | 'settle'>;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * What the fleet's operator publishes, at a site whose policy extends it: taken when it is ordered
 * and loads, watched while it is new, and given up again when it does harm, with NATS or without.
 */
export interface BaseKeeping {
  policy(policy: Policy): void;
  wanted(wanted: WantedBase): void;
  /** Undefined where the policy does not extend the fleet's. */
  report(): SitePolicy | undefined;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export function createBaseKeeping(parts: BaseKeepingParts): BaseKeeping {
  const { notices, log, now } = parts;
  const tallies = createTallies(parts.counts, now);
  let shelf: BaseShelf | undefined;
  /** What is on it: asked far more often than it changes. */
  let has: BaseState = NO_BASE;
  let file = '';
  /** What was counted when the watch began, at the change or at the start of this process. */
  let watched: { readonly at: number; readonly tally: Tally } | undefined;
  let turn: Promise<void> = Promise.resolve();
  let closed = false;

  const inTurn = (step: () => Promise<void>): void => {
    turn = turn.then(step).catch((error: unknown) => {
      log.error({ err: error, event: 'base' }, "the fleet's policy could not be kept");
    });
  };

  const whyNot = (version: number, text: string | undefined): Promise<string> =>
    whyUnfit(parts.load, parts.path, version, text);

  const note = (next: BaseState): void => {
    shelf?.note(next);
    has = next;
  };
  const take = async (next: BaseState, text: string | undefined): Promise<void> => {
    shelf?.take(next, text);
    has = next;
    await parts.reload();
  };

  const takeWanted = async (wanted: WantedBase): Promise<void> => {
    if (shelf === undefined || closed) return;
    const { ring, version, sha256, since } = wanted;
    if (has.ring !== ring) note({ ...has, ring });
    if (isGivenUp(has.rolledBack, wanted)) return;
    if (version === has.version && (version === 0 || sha256 === has.sha256)) {
      if (has.refused !== undefined || has.rolledBack !== undefined) settle();
      return;
    }
    const text = version === 0 ? undefined : (shelf.text(wanted) ?? (await publishedText(wanted)));
    if (version !== 0 && text === undefined) return;
    const why = await whyNot(version, text);
    if (why !== '') {
      // Tried again with each offer: what is wrong may be this site's own file.
      if (has.refused?.version === version && has.refused.why === why) return;
      note({ ...has, refused: { version, why, since } });
      notices.tell(`policy: version ${version} of the fleet is not taken: ${why}`, ABOUT);
      parts.tellState();
      return;
    }
    // The way back to what was well before is not watched: it would lead forward again.
    const isNew = version > has.version && wanted.soakSeconds > 0;
    const soakMs = wanted.soakSeconds * 1000;
    const soak = { until: now() + soakMs, usual: [tallies.over(HOUR_MS), tallies.over(soakMs)] };
    const taken: BaseState = { ring, version, sha256, takenAt: now(), since };
    const under = { version: has.version, sha256: has.sha256 };
    // The way back leads to what was seen to be well, not to what was new itself.
    const before = has.soak === undefined ? under : (has.before ?? under);
    watched = isNew ? { at: now(), tally: { ...parts.counts() } } : undefined;
    await take({ ...taken, before, ...(isNew ? { soak } : {}) }, text);
    log.info({ event: 'base', version, before: before.version }, "the fleet's policy was taken");
    notices.settle(ABOUT);
    parts.tellState();
  };

  const publishedText = async (wanted: WantedBase): Promise<string | undefined> => {
    try {
      return (await parts.published(wanted)).text;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      notices.tell(
        `policy: version ${wanted.version} of the fleet is not to be had: ${why}`,
        ABOUT,
      );
      return undefined;
    }
  };

  const settle = (): void => {
    note({ ...has, refused: undefined, rolledBack: undefined });
    notices.settle(ABOUT);
    parts.tellState();
  };

  const look = async (): Promise<void> => {
    if (shelf === undefined || has.soak === undefined || closed) return;
    watched ??= { at: now(), tally: { ...parts.counts() } };
    const since = countedSince(watched.tally, parts.counts(), now() - watched.at);
    const why = whyHarm(has.soak.usual, since);
    if (why !== undefined) await goBack(shelf, why);
    else if (has.soak.until <= now()) {
      unwatch();
      log.info({ event: 'base', version: has.version }, "the fleet's policy does no harm");
    }
  };

  const unwatch = (): void => {
    note({ ...has, soak: undefined });
    watched = undefined;
  };

  /** To what lay there before; if that no longer fits, to the site's own file alone. */
  const goBack = async (on: BaseShelf, why: string): Promise<void> => {
    const { version, since, before } = has;
    const kept = before === undefined || before.version === 0 ? undefined : on.text(before);
    const fits = kept !== undefined && (await whyNot(before?.version ?? 0, kept)) === '';
    const isAlone = !fits && (await whyNot(0, undefined)) === '';
    if (!fits && !isAlone) {
      unwatch();
      const words = `policy: version ${version} of the fleet does harm (${why}), and neither the one before nor this file alone loads: ghostgate check ${parts.path}`;
      notices.tell(words, ABOUT);
      return;
    }
    const to = fits && before !== undefined ? before : { version: 0, sha256: '' };
    const rolledBack = { version, why: why.slice(0, MOST_REFUSAL_CHARS), since };
    const next = { ring: has.ring, ...to, takenAt: now(), since, rolledBack };
    watched = undefined;
    await take(next, fits ? kept : undefined);
    const words = to.version === 0 ? "this site's own file alone" : `version ${to.version}`;
    notices.tell(`policy: back from version ${version} of the fleet to ${words}: ${why}`, ABOUT);
    parts.tellState();
  };

  const timer = setInterval(() => {
    if (watched !== undefined) inTurn(look);
  }, LOOK_MS).unref();

  return {
    policy({ baseFile = '' }) {
      if (baseFile === file) {
        // Somebody may have taken it away by hand.
        has = shelf?.state() ?? NO_BASE;
        return;
      }
      file = baseFile;
      shelf = file === '' ? undefined : baseShelf(file);
      has = shelf?.state() ?? NO_BASE;
      // What was new when this process ended is new still.
      watched = has.soak === undefined ? undefined : { at: now(), tally: { ...parts.counts() } };
      if (has.rolledBack !== undefined) {
        const { version, why } = has.rolledBack;
        notices.tell(`policy: version ${version} of the fleet is given up: ${why}`, ABOUT);
        return;
      }
      if (shelf === undefined || has.version !== 0) return;
      notices.tell("policy: nothing of the fleet's is taken, this file stands alone", ABOUT);
    },
    wanted: (wanted) => inTurn(() => takeWanted(wanted)),
    report() {
      if (shelf === undefined) return undefined;
      const { ring, version, takenAt, refused, rolledBack } = has;
      return {
        ring,
        version,
        takenAt,
        goodLastHour: tallies.over(HOUR_MS).good,
        ...(refused === undefined
          ? {}
          : { refused: { version: refused.version, why: refused.why } }),
        ...(rolledBack === undefined
          ? {}
          : { rolledBack: { version: rolledBack.version, why: rolledBack.why } }),
      };
    },
    async close() {
      closed = true;
      clearInterval(timer);
      tallies.close();
      await turn;
    },
  };
}

/** Given up once, it is not taken by the same order again. */
function isGivenUp(gone: BaseState['refused'], { version, since }: WantedBase): boolean {
  return gone !== undefined && gone.version === version && since <= gone.since;
}

const ABOUT = 'base';
const LOOK_MS = 1000;
