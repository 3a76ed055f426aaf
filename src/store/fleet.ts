import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Proof } from '../event/sip-event.ts';
import { rowsOf } from './rows.ts';
import { transaction } from './transaction.ts';

/** What this site knows of the other sites, and what it has yet to tell them. */
export interface FleetTable {
  read(now: number): {
    readonly members: readonly { site: string; key: string | undefined; at: number }[];
    readonly heard: ReadonlyMap<string, number>;
    readonly claims: readonly { readonly target: string; readonly claim: FleetClaim }[];
    readonly freed: readonly FleetFreed[];
    readonly facts: ReadonlyMap<string, string>;
  };
  together<T>(work: () => T): T;
  /** Forgets all but what this site has yet to tell: another operator has the say now. */
  startOver(): void;
  putMember(member: { site: string; key: string | undefined; at: number }): void;
  putHeard(site: string, number: number): void;
  putClaim(target: string, claim: FleetClaim): void;
  dropClaim(target: string, site: string): void;
  clearClaims(target: string): void;
  forgetClaims(site: string): void;
  putFreed(freed: FleetFreed): void;
  putFact(name: string, value: string): void;
  /** Over MOST_UNSENT the oldest go: their bans are the nearest to their end. */
  push(item: unknown): void;
  waiting(most: number): readonly { readonly id: number; readonly item: unknown }[];
  told(upTo: number): void;
  readonly unsent: number;
}

export interface FleetClaim {
  readonly site: string;
  readonly rule: string;
  readonly proof: Proof;
  readonly until: number;
}

export interface FleetFreed {
  readonly target: string;
  readonly at: number;
  readonly until: number;
  readonly because: string;
}

const MOST_UNSENT = 50_000;
/** What was told while a source was free may be read so much later, and is not to count then. */
const FREED_KEPT_MS = 31 * 86_400_000;

export function fleetTable(db: DatabaseSyncInstance): FleetTable {
  const sql = {
    members: db.prepare('SELECT site, key, at FROM fleet_member'),
    heard: db.prepare('SELECT site, number FROM fleet_heard'),
    claims: db.prepare('SELECT target, site, rule, proof, until FROM fleet_claim'),
    freed: db.prepare('SELECT target, at, until, because FROM fleet_freed'),
    facts: db.prepare('SELECT name, value FROM fleet_fact'),
    expire: db.prepare('DELETE FROM fleet_claim WHERE until <= ?'),
    expireFreed: db.prepare('DELETE FROM fleet_freed WHERE at <= ?'),
    putMember: db.prepare('INSERT OR REPLACE INTO fleet_member (site, key, at) VALUES (?, ?, ?)'),
    putHeard: db.prepare('INSERT OR REPLACE INTO fleet_heard (site, number) VALUES (?, ?)'),
    putClaim: db.prepare(`INSERT OR REPLACE INTO fleet_claim (target, site, rule, proof, until)
      VALUES (?, ?, ?, ?, ?)`),
    dropClaim: db.prepare('DELETE FROM fleet_claim WHERE target = ? AND site = ?'),
    clearClaims: db.prepare('DELETE FROM fleet_claim WHERE target = ?'),
    forgetClaims: db.prepare('DELETE FROM fleet_claim WHERE site = ?'),
    putFreed: db.prepare(`INSERT OR REPLACE INTO fleet_freed (target, at, until, because)
      VALUES (?, ?, ?, ?)`),
    putFact: db.prepare('INSERT OR REPLACE INTO fleet_fact (name, value) VALUES (?, ?)'),
    push: db.prepare('INSERT INTO fleet_unsent (item) VALUES (?)'),
    makeRoom: db.prepare('DELETE FROM fleet_unsent WHERE id <= ?'),
    waiting: db.prepare('SELECT id, item FROM fleet_unsent ORDER BY id LIMIT ?'),
    told: db.prepare('DELETE FROM fleet_unsent WHERE id <= ?'),
    unsent: db.prepare('SELECT count(*) AS unsent FROM fleet_unsent'),
  };

  return {
    read(now) {
      sql.expire.run(now);
      sql.expireFreed.run(now - FREED_KEPT_MS);
      const members = rowsOf<{ site: string; key: string | null; at: number }>(sql.members);
      const heard = rowsOf<{ site: string; number: number }>(sql.heard);
      const claims = rowsOf<FleetClaim & { target: string }>(sql.claims);
      const facts = rowsOf<{ name: string; value: string }>(sql.facts);
      return {
        members: members.map(({ site, key, at }) => ({ site, key: key ?? undefined, at })),
        heard: new Map(heard.map(({ site, number }) => [site, number])),
        claims: claims.map(({ target, ...claim }) => ({ target, claim })),
        freed: rowsOf<FleetFreed>(sql.freed),
        facts: new Map(facts.map(({ name, value }) => [name, value])),
      };
    },
    together: (work) => transaction(db, work),
    startOver() {
      const tables = ['fleet_member', 'fleet_heard', 'fleet_claim', 'fleet_freed', 'fleet_fact'];
      transaction(db, () => db.exec(tables.map((table) => `DELETE FROM ${table};`).join(' ')));
    },
    putMember: ({ site, key, at }) => void sql.putMember.run(site, key ?? null, at),
    putHeard: (site, number) => void sql.putHeard.run(site, number),
    putClaim(target, { site, rule, proof, until }) {
      sql.putClaim.run(target, site, rule, proof, until);
    },
    dropClaim: (target, site) => void sql.dropClaim.run(target, site),
    clearClaims: (target) => void sql.clearClaims.run(target),
    forgetClaims: (site) => void sql.forgetClaims.run(site),
    putFreed({ target, at, until, because }) {
      sql.putFreed.run(target, at, until, because);
    },
    putFact: (name, value) => void sql.putFact.run(name, value),
    push(item) {
      const { lastInsertRowid } = sql.push.run(JSON.stringify(item));
      sql.makeRoom.run(Number(lastInsertRowid) - MOST_UNSENT);
    },
    waiting: (most) =>
      rowsOf<{ id: number; item: string }>(sql.waiting, most).map(({ id, item }) => {
        return { id, item: JSON.parse(item) as unknown };
      }),
    told: (upTo) => void sql.told.run(upTo),
    get unsent() {
      return rowsOf<{ unsent: number }>(sql.unsent)[0]?.unsent ?? 0;
    },
  };
}
