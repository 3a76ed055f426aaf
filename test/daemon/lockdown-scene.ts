import { setTimeout as sleep } from 'node:timers/promises';
import { createLockdown } from '../../src/daemon/lockdown.ts';
import type { Lockdown } from '../../src/enforce/enforcer.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { ConfirmedLockdown } from '../../src/store/store.ts';
import { OFFICE, START, policyOf, trunk, worldOf } from '../judge/fixture.ts';

export const FILTER = {
  kind: 'nftables',
  table: 'ghostgate',
  sipPorts: [5060],
  lockdown: { registered: true },
} as const;
export const POLICY: Policy = {
  ...policyOf(),
  pbxs: [
    {
      name: 'acme',
      freeswitch: {
        host: '127.0.0.1',
        port: 8021,
        password: 'x',
        allowClearTextOverNetwork: false,
      },
    },
  ],
  trunks: [{ ...trunk(), hosts: ['sip.gntel.example'] }],
  enforce: [FILTER],
};

/** Lockdown over a packet filter of paper, in a world that a test may change. */
export function open(confirmed?: ConfirmedLockdown) {
  const scene = {
    policy: POLICY,
    world: { ...worldOf() },
    addressesByHost: new Map<string, readonly string[]>(),
    written: [] as (Lockdown | undefined)[],
    stored: confirmed,
    fault: undefined as Error | undefined,
    inForce: false,
    notices: [] as string[],
    logged: [] as string[],
    register(addresses: readonly string[]) {
      scene.world.registrations = new Map(
        addresses.map((address) => [address, [{ address, account: '201' }]]),
      );
    },
    settled: () => sleep(5),
  };
  scene.register([OFFICE]);
  const log = (_fields: unknown, text: string): void => void scene.logged.push(text);
  const lockdown = createLockdown({
    policy: () => scene.policy,
    world: () => scene.world,
    keeper: () => ({
      async lockdown(wanted) {
        if (scene.fault !== undefined) throw scene.fault;
        scene.written.push(wanted);
        scene.inForce = wanted !== undefined;
        return true;
      },
      locked: async () => ({ inForce: scene.inForce, droppedPackets: 0 }),
      senders: async () => [],
    }),
    store: {
      lockdown: () => scene.stored,
      putLockdown: (next) => (scene.stored = next),
    },
    addressesByHost: () => scene.addressesByHost,
    notices: { tell: (text) => scene.notices.push(text) },
    log: { warn: log, error: log } as never,
    now: () => START,
  });
  return Object.assign(scene, { lockdown });
}
