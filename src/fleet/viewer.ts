import { setTimeout as pause } from 'node:timers/promises';
import type { FleetView, SiteView } from '../judge/fleet-view.ts';
import type { Reach } from './link.ts';
import { openLink } from './link.ts';
import type { SigningKey } from './nkey.ts';
import { VIEWER_INBOX } from './rights.ts';
import type { Position, Stored } from './stream.ts';
import { BEGINNING, readOn } from './stream.ts';
import { createWatched } from './watched.ts';
import { NOTICES, ORDERS, SITES, UNBAN, siteOf, siteOfState } from './words.ts';

/** Looks on at the fleet, with a key that may read and nothing else. */
export interface Viewer {
  view(): FleetView;
  /** Undefined when no site is called so. */
  site(name: string): SiteView | undefined;
  close(): Promise<void>;
}

export interface ViewerParts {
  readonly reach: Pick<Reach, 'servers' | 'caFile'>;
  readonly key: SigningKey;
  /** The operator's public key: whose orders count. */
  readonly operator: string;
  readonly version: string;
  readonly failed: (why: string) => void;
  readonly now: () => number;
}

/** Opens the connection and keeps up until it is closed. */
export function openViewer({ reach, key, operator, version, failed, now }: ViewerParts): Viewer {
  const watched = createWatched(operator, version);
  const since = now();
  /** Since when nothing could be heard; undefined while something can. */
  let lostAt: number | undefined = since;
  let isCaughtUp = false;
  let problem: string | undefined;
  let syncing: Promise<void> | undefined;
  let again = false;
  let closing = false;
  const positions = new Map<string, Position>();

  const take = (subject: string, data: Uint8Array, at: number, isLive: boolean): void => {
    if (siteOfState(subject) !== undefined) watched.state(subject, data, at, isLive);
    else if (siteOf(subject) !== undefined) watched.notice(subject, data, at);
    else {
      const order = watched.order(data, at);
      // What the site told before this order came could not be believed.
      if (isLive && order?.order === 'site') {
        positions.delete(SITES);
        sync();
      }
    }
  };

  const live = (subject: string, data: Uint8Array): void => {
    // A notice that came before another one was read would be the older of the two afterwards.
    const isNotice = siteOf(subject) !== undefined || subject === UNBAN;
    if (syncing !== undefined && isNotice) again = true;
    else take(subject, data, now(), true);
  };

  const read = async (): Promise<void> => {
    // Notices that keep coming are read by the next look: this one ends.
    for (let round = 0; round < MOST_ROUNDS; round++) {
      again = false;
      for (const stream of [ORDERS, SITES, NOTICES]) {
        const each = ({ subject, data, at }: Stored): void =>
          take(subject, data, Math.min(at, now()), false);
        positions.set(stream, await readOn(link, stream, positions.get(stream) ?? BEGINNING, each));
        if (stream === SITES) isCaughtUp = true;
      }
      if (!again) break;
      await pause(PAUSE_MS);
    }
    problem = undefined;
  };

  const sync = (): void => {
    if (syncing !== undefined) {
      again = true;
      return;
    }
    syncing = read()
      .catch((error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
        if (!closing) failed(problem);
      })
      .finally(() => (syncing = undefined));
  };

  const link = openLink(
    { ...reach, key, inbox: VIEWER_INBOX, name: 'ghostgate fleet page' },
    ['ghostgate.state.*', 'ghostgate.notice.*', UNBAN, 'ghostgate.order.>'],
    {
      up() {
        lostAt = undefined;
        sync();
      },
      down(why) {
        lostAt ??= now();
        if (!closing) failed(why);
      },
      message: live,
    },
  );
  const every = setInterval(() => {
    watched.expire(now());
    if (lostAt === undefined) sync();
  }, SYNC_MS);

  return {
    view() {
      const at = now();
      // Before their reports are read all sites look as if they had never been heard.
      const rows = isCaughtUp ? watched.rows(at, lostAt ?? at) : [];
      const { state, since: linkSince, problem: why = problem } = link.state();
      return {
        since,
        now: at,
        link: { state, since: linkSince, ...(why === undefined ? {} : { problem: why }) },
        isCaughtUp,
        totals: watched.totals(rows),
        sites: rows,
      };
    },
    site: (name) => watched.site(name, now(), lostAt ?? now()),
    async close() {
      closing = true;
      clearInterval(every);
      await link.close();
      await syncing;
    },
  };
}

/** The safety net, and where positions move on; what comes live is taken at once. */
const SYNC_MS = 60_000;
const MOST_ROUNDS = 5;
const PAUSE_MS = 200;
