import { overlapsWith } from '../event/nested.ts';
import type { Envelope } from './envelope.ts';
import { isSignedBy, mapIn, openEnvelope } from './envelope.ts';
import { rollOf, takeOrder } from './inbox.ts';
import type { Reach } from './link.ts';
import { openLink } from './link.ts';
import type { Link } from './link.ts';
import type { Member } from './memory.ts';
import type { SigningKey } from './nkey.ts';
import { isTime, readMessage } from './notice.ts';
import type { OperatorBases } from './operator-bases.ts';
import { operatorBases } from './operator-bases.ts';
import type { OperatorOrders } from './operator-orders.ts';
import { operatorOrders } from './operator-orders.ts';
import { readOrder } from './order.ts';
import type { Claim } from './quorum.ts';
import { OPERATOR_INBOX } from './rights.ts';
import type { SiteReport } from './site-report.ts';
import { readSiteReport } from './site-report.ts';
import { readAll } from './stream.ts';
import { makeStreams } from './streams.ts';
import { NOTICES, ORDERS, SITES, UNBAN, siteOf } from './words.ts';

/** The operator's hand on the fleet, for as long as a command takes. */
export interface Operator extends OperatorBases, OperatorOrders {
  makeStreams(): Promise<void>;
  members(): Promise<readonly Member[]>;
  /** How each site says it is, by its own signed word. */
  states(): Promise<readonly SiteState[]>;
  /** What the sites say of sources now, each signed by its site. */
  claims(): Promise<readonly { target: string; claim: Claim }[]>;
  close(): Promise<void>;
}

export interface SiteState {
  readonly site: string;
  /** When the server got it, ms since the epoch: a site's own clock may be wrong. */
  readonly at: number;
  readonly report: SiteReport;
  /** Told to nobody yet. */
  readonly unsent: number;
}

/** Connects, or rejects with why it cannot within `patienceMs`. */
export async function openOperator(
  reach: Omit<Reach, 'inbox' | 'name' | 'key'>,
  key: SigningKey,
  now: () => number = Date.now,
  patienceMs = 10_000,
): Promise<Operator> {
  const link = await connected(
    { ...reach, key, inbox: OPERATOR_INBOX, name: 'ghostgate fleet' },
    patienceMs,
  );

  const members = async (): Promise<Member[]> => {
    const roll = rollOf();
    await readAll(link, ORDERS, ({ data, at }) => {
      const taken = takeOrder(data, key.publicKey, roll, at);
      if (!('took' in taken)) return;
      const { took } = taken;
      if (took.order === 'site') roll.members.set(took.site, took);
      else if (took.order === 'revoke') {
        roll.members.set(took.site, { site: took.site, key: undefined, at: took.at });
      }
    });
    return [...roll.members.values()];
  };
  const keysBySite = async () =>
    new Map((await members()).map(({ site, key: its }) => [site, its]));

  return {
    ...operatorBases(link, key, now),
    ...operatorOrders(link, key, now),
    makeStreams: () => makeStreams(link),
    members,
    async states() {
      const keys = await keysBySite();
      const found: SiteState[] = [];
      await readAll(link, SITES, ({ data, at }) => {
        const envelope = openEnvelope(data);
        const map = envelope === undefined ? undefined : mapIn(envelope);
        if (envelope === undefined || map === undefined) return;
        const { site, ...facts } = map;
        const its = typeof site === 'string' ? keys.get(site) : undefined;
        if (typeof site !== 'string' || its === undefined) return;
        if (isSignedBy('state', envelope, its)) {
          const unsent = isTime(facts['unsent']) ? facts['unsent'] : 0;
          found.push({ site, at, report: readSiteReport(facts), unsent });
        }
      });
      return found;
    },
    async claims() {
      const keys = await keysBySite();
      const found = new Map<string, { target: string; claim: Claim }>();
      await readAll(link, NOTICES, ({ subject, data }) => {
        const envelope = openEnvelope(data);
        if (envelope === undefined) return;
        if (subject === UNBAN) {
          const free = freedBy(envelope, key.publicKey);
          if (free === undefined) return;
          const overlaps = overlapsWith(free);
          for (const [id, { target }] of found) if (overlaps(target)) found.delete(id);
          return;
        }
        const message = readMessage(envelope);
        const its = message === undefined ? undefined : keys.get(message.site);
        if (message === undefined || its === undefined || siteOf(subject) !== message.site) return;
        if (!isSignedBy('notice', envelope, its)) return;
        const { site } = message;
        for (const item of message.told) {
          const { target } = item;
          if ('lift' in item) found.delete(`${target} ${site}`);
          else {
            const { rule, proof, until } = item;
            found.set(`${target} ${site}`, { target, claim: { site, rule, proof, until } });
          }
        }
      });
      return [...found.values()].filter(({ claim }) => claim.until > now());
    },
    close: () => link.close(),
  };
}

function freedBy(envelope: Envelope, operator: string): string | undefined {
  const order = readOrder(envelope);
  return order?.order === 'unban' && isSignedBy('order', envelope, operator)
    ? order.target
    : undefined;
}

function connected(reach: Reach, patienceMs: number): Promise<Link> {
  return new Promise((resolve, reject) => {
    let why = 'no answer';
    const link = openLink(reach, [], {
      up() {
        clearTimeout(late);
        resolve(link);
      },
      down: (problem) => (why = problem),
      message() {},
    });
    const late = setTimeout(() => {
      void link.close();
      reject(new Error(`cannot reach the fleet at ${reach.servers.join(', ')}: ${why}`));
    }, patienceMs);
  });
}
