import type { Base } from '../fleet/base.ts';
import type { WantedBase } from '../fleet/centre.ts';
import type { SitePolicy } from '../judge/fleet-view.ts';
import type { LoadOne } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import type { WhyNot } from './base-fit.ts';
import { wayBack, whyUnfit } from './base-fit.ts';
import type { BaseShelf, BaseState } from './base-shelf.ts';
import { baseShelf, NO_BASE } from './base-shelf.ts';
import { createBaseSoak } from './base-soak.ts';
import { isGivenUp, sitePolicyOf, takenState, wentBackState } from './base-state.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';
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
  const watch = createBaseSoak(parts.counts, now);
  let shelf: BaseShelf | undefined;
  /** What is on it: asked far more often than it changes. */
  let has: BaseState = NO_BASE;
  let file = '';
  let turn: Promise<void> = Promise.resolve();
  let closed = false;

  const inTurn = (step: () => Promise<void>): void => {
    turn = turn.then(step).catch((error: unknown) => {
      log.error({ err: error, event: 'base' }, "the fleet's policy could not be kept");
    });
  };

  const whyNot: WhyNot = (version, text) => whyUnfit(parts.load, parts.path, version, text);

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
    if (isGivenUp(has, wanted)) return;
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
    const soak = isNew ? { until: now() + soakMs, usual: watch.usual(soakMs) } : undefined;
    if (isNew) watch.begin(soakMs);
    else watch.end();
    const next = takenState(has, wanted, now(), soak);
    await take(next, text);
    const before = next.before?.version;
    log.info({ event: 'base', version, before }, "the fleet's policy was taken");
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
    const why = watch.harm(has.soak.usual);
    if (why !== undefined) await goBack(shelf, why);
    else if (watch.isOver) {
      unwatch();
      log.info({ event: 'base', version: has.version }, "the fleet's policy does no harm");
    }
  };

  const unwatch = (): void => {
    note({ ...has, soak: undefined });
    watch.end();
  };

  const goBack = async (on: BaseShelf, why: string): Promise<void> => {
    const { version } = has;
    const way = await wayBack(on, has, whyNot);
    if (way === undefined) {
      unwatch();
      const words = `policy: version ${version} of the fleet does harm (${why}), and neither the one before nor this file alone loads: ghostgate check ${parts.path}`;
      notices.tell(words, ABOUT);
      return;
    }
    const { to, text } = way;
    // Looked at until it is done: a full disk, say, is tried again.
    await take(wentBackState(has, to, now(), why), text);
    watch.end();
    const words = to.version === 0 ? "this site's own file alone" : `version ${to.version}`;
    notices.tell(`policy: back from version ${version} of the fleet to ${words}: ${why}`, ABOUT);
    parts.tellState();
  };

  const timer = setInterval(() => {
    if (watch.isOn) inTurn(look);
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
      // What was new when this process ended is new still: for how long nobody looked is not known.
      if (has.soak === undefined) watch.end();
      else watch.begin(has.soak.until - has.takenAt);
      if (has.rolledBack !== undefined) {
        const { version, why } = has.rolledBack;
        notices.tell(`policy: version ${version} of the fleet is given up: ${why}`, ABOUT);
        return;
      }
      if (shelf === undefined || has.version !== 0) return;
      notices.tell("policy: nothing of the fleet's is taken, this file stands alone", ABOUT);
    },
    wanted: (wanted) => inTurn(() => takeWanted(wanted)),
    report: () => (shelf === undefined ? undefined : sitePolicyOf(has, watch.goodLastHour)),
    async close() {
      closed = true;
      clearInterval(timer);
      watch.close();
      await turn;
    },
  };
}

const ABOUT = 'base';
const LOOK_MS = 1000;
