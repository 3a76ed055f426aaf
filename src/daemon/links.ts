import { isDeepStrictEqual } from 'node:util';
import type { CallEvent } from '../event/sip-event.ts';
import { asteriskLink } from '../pbx/asterisk/link.ts';
import type { FreeswitchPbxLink } from '../pbx/freeswitch/link.ts';
import { freeswitchLink } from '../pbx/freeswitch/link.ts';
import type { GateMemory, PassOutcome } from '../pbx/gate.ts';
import type { Pbx, PbxListener, PbxStatus, RejectOutcome } from '../pbx/pbx.ts';
import type { PbxPolicy } from '../policy/policy-pbx.ts';
import type { Policy } from '../policy/policy.ts';
import { isRemote } from '../policy/remote.ts';

/** The links to every PBX of the policy. */
export interface Links {
  /** Opens links the policy names anew, closes those it no longer names or names otherwise. */
  readonly policy: (policy: Policy) => Promise<readonly string[]>;
  readonly status: () => PbxStatus[];
  /** Names of the PBXs whose links work, in full or in part. */
  readonly reachable: () => string[];
  readonly reject: (call: CallEvent) => Promise<RejectOutcome>;
  readonly pass: (call: CallEvent) => Promise<PassOutcome>;
  /** The gates that can be reached now, by name of their PBX. */
  readonly gates: () => ReadonlyMap<string, GateMemory>;
  /** Rejects with the faults of all PBXs that did not do it. */
  readonly reloadAcl: (names: readonly string[]) => Promise<void>;
  /** The FreeSWITCH of this name, to be asked what it holds. */
  freeswitch(name: string): FreeswitchPbxLink | undefined;
  close(): Promise<void>;
}

type AnyLink = Pbx | FreeswitchPbxLink;

/** What of the policy, besides its own PBX, a link was opened with. */
interface Settings {
  readonly hangupCause: number;
  readonly killCause: string;
  readonly gated: boolean;
}

export function createLinks(listener: PbxListener, now: () => number): Links {
  const links = new Map<string, { policy: PbxPolicy; settings: Settings; pbx: AnyLink }>();
  /** Names of PBXs that have not read their ACL files since these were written. */
  const owed = new Set<string>();
  const settling: PbxListener = {
    ...listener,
    changed(status) {
      listener.changed(status);
      if (isReachable(status) && owed.delete(status.name)) void settle(status.name);
    },
  };
  const settle = async (name: string): Promise<void> => {
    try {
      await links.get(name)?.pbx.reloadAcl();
    } catch {
      owed.add(name);
    }
  };

  return {
    async policy({ pbxs, calls, gate }) {
      const { hangupCause, killCause } = calls;
      const settings = { hangupCause, killCause, gated: gate.enabled };
      const closed: string[] = [];
      for (const [name, link] of links) {
        const next = pbxs.find((pbx) => pbx.name === name);
        if (isDeepStrictEqual([next, settings], [link.policy, link.settings])) continue;
        links.delete(name);
        closed.push(name);
        await link.pbx.close();
      }
      for (const policy of pbxs) {
        if (links.has(policy.name)) continue;
        const far = isRemote(policy) ? { retryMs: FAR_RETRY_MS } : {};
        const common = { ...settings, ...far, listener: settling, now };
        const pbx =
          'asterisk' in policy ? asteriskLink(policy, common) : freeswitchLink(policy, common);
        links.set(policy.name, { policy, settings, pbx });
        pbx.start();
      }
      return closed;
    },
    status: () => [...links.values()].map(({ pbx }) => pbx.status()),
    reachable: () =>
      [...links.values()].flatMap(({ pbx }) => (isReachable(pbx.status()) ? [pbx.name] : [])),
    async reject(call) {
      const link = links.get(call.pbx);
      try {
        return link === undefined ? 'gone' : await link.pbx.reject(call);
      } catch {
        return 'failed';
      }
    },
    async pass(call) {
      return (await links.get(call.pbx)?.pbx.pass(call)) ?? 'gone';
    },
    gates() {
      const reachable = [...links.values()].filter(({ pbx }) => isReachable(pbx.status()));
      return new Map(
        reachable.flatMap(({ pbx }) => (pbx.gate === undefined ? [] : [[pbx.name, pbx.gate]])),
      );
    },
    async reloadAcl(names) {
      for (const name of names) owed.add(name);
      const asked = [...links.values()].filter(
        ({ pbx }) => names.includes(pbx.name) && isReachable(pbx.status()),
      );
      for (const { pbx } of asked) owed.delete(pbx.name);
      const answers = await Promise.allSettled(asked.map(({ pbx }) => pbx.reloadAcl()));
      const faults = answers.flatMap((answer) =>
        answer.status === 'rejected' ? [answer.reason as unknown] : [],
      );
      if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join('; '));
    },
    freeswitch(name) {
      const pbx = links.get(name)?.pbx;
      return pbx !== undefined && 'heldAcl' in pbx ? pbx : undefined;
    },
    async close() {
      await Promise.allSettled([...links.values()].map(({ pbx }) => pbx.close()));
      links.clear();
    },
  };
}

/** Each try at a PBX across a network is a login somewhere, perhaps a process here. */
const FAR_RETRY_MS = { awayMost: 10_000 };

function isReachable({ state }: PbxStatus): boolean {
  return state === 'up' || state === 'degraded';
}
