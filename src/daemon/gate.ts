import { LRUCache } from 'lru-cache';
import type { SipEvent } from '../event/sip-event.ts';
import { gateLists } from '../judge/gate-lists.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { GateMemory } from '../pbx/gate.ts';
import type { PbxStatus } from '../pbx/pbx.ts';
import type { Policy } from '../policy/policy.ts';
import type { GateReport } from '../web/status-report.ts';
import { createGateSync, type GateSync } from './gate-sync.ts';
import type { Log } from './log.ts';

export interface GateParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  /** Addresses that DNS named for the trunks' hosts. */
  readonly addressesByHost: () => ReadonlyMap<string, readonly string[]>;
  /** The gate of this PBX; undefined where the policy has none. */
  readonly memory: (pbx: string) => GateMemory | undefined;
  readonly log: Log;
  readonly now: () => number;
}

/** Keeps what the gates of the PBXs look up; their ban lists are an enforcer's. */
export interface Gate {
  /** A link came or went: a PBX that is back is told everything anew. */
  link(status: Pick<PbxStatus, 'name' | 'state'>): void;
  /** A verdict was given: by it the gate may learn an address of a trunk or a trusted network. */
  judged(event: SipEvent, verdict: Verdict): void;
  /** Something that the lists are made from may have changed. */
  readonly changed: () => void;
  readonly status: () => GateReport[];
  /** The policy has no gate any more: the PBXs forget all they were told. */
  forget(): Promise<void>;
  /** Nobody judges any more: from now on the PBXs decide alone. */
  close(): Promise<void>;
}

/** A heartbeat holds for three beats: one that is late must not open or close the gate. */
const BEAT_MS = 1000;
const BEAT_HOLDS_MS = 3000;
/** Between two looks at what the PBXs hold, when nothing is known to have changed. */
const LOOK_MS = 60_000;
/** Changes come in bursts: phones register after an outage, trunks are resolved one by one. */
const SETTLE_MS = 50;
/** Addresses seen within trunks and trusted networks. */
const MOST_SEEN = 10_000;

export function createGate(parts: GateParts): Gate {
  const { log, now } = parts;
  const seen = new LRUCache<string, true>({ max: MOST_SEEN });
  const syncs = new Map<string, GateSync>();
  let settling: NodeJS.Timeout | undefined;
  let lookedAt = 0;

  const beating = setInterval(() => {
    for (const sync of syncs.values()) sync.beat(now() + BEAT_HOLDS_MS);
    if (now() - lookedAt >= LOOK_MS) look();
  }, BEAT_MS);

  function open(pbx: string): void {
    const memory = parts.memory(pbx);
    if (memory === undefined) return;
    const report = (problem: string | undefined): void => {
      const level = problem === undefined ? 'info' : 'warn';
      log[level]({ event: 'gate', pbx, ...(problem === undefined ? {} : { problem }) }, 'gate');
    };
    const sync = createGateSync(memory, { now, report });
    syncs.set(pbx, sync);
    sync.beat(now() + BEAT_HOLDS_MS);
    changed();
  }

  function changed(): void {
    settling ??= setTimeout(look, SETTLE_MS);
  }

  function look(): void {
    clearTimeout(settling);
    settling = undefined;
    lookedAt = now();
    if (syncs.size === 0) return;
    const policy = parts.policy();
    const world = parts.world();
    const addressesByHost = parts.addressesByHost();
    const lists = gateLists({ policy, world, addressesByHost, seen: seen.keys() });
    for (const sync of syncs.values()) sync.want(lists);
  }

  return {
    link({ name, state }) {
      syncs.delete(name);
      if (state === 'up' || state === 'degraded') open(name);
    },
    judged({ source: { address } }, { rule }) {
      if (rule !== 'trunk' && rule !== 'trusted-network') return;
      const isNew = !seen.has(address);
      seen.set(address, true);
      if (isNew) changed();
    },
    changed,
    status: () => [...syncs].map(([pbx, sync]) => ({ pbx, ...sync.status() })),
    async forget() {
      const leaving = [...syncs.values()];
      syncs.clear();
      await Promise.allSettled(leaving.map((sync) => sync.forget()));
    },
    async close() {
      clearInterval(beating);
      clearTimeout(settling);
      await Promise.allSettled([...syncs.values()].map((sync) => sync.leave()));
    },
  };
}
