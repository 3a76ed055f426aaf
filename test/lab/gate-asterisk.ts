import { startAsterisk } from './asterisk.ts';
import type { GatedPbx } from './gate-runs.ts';
import { installOn } from './install.ts';
import type { Net } from './net.ts';
import { policyText } from './policy.ts';
import type { Undo } from './process.ts';
import type { Variant } from './variant.ts';

/** Starts an Asterisk for the gate's runs; `ghostgate install` puts the gate in front. */
export async function gatedAsterisk(
  undo: Undo,
  net: Net,
  variant: Variant,
  folder: string,
): Promise<GatedPbx & { stop(): Promise<void> }> {
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);
  return {
    name: `${variant.name}: ${asterisk.version}`,
    ports: { phones: variant.port, trunk: variant.port },
    async prepare(own, gated) {
      // What the run before left ringing is none of this one's.
      await asterisk.cli('channel request hangup all');
      await asterisk.cli('database deltree ghostgate');
      // Without the gate everything else stands all the same.
      const without = gated ? [] : ['--without', 'gate'];
      const installed = await installOn(asterisk, own, 'asterisk', without);
      return {
        policy: policyText(variant, { folder: own, ...installed, enforce: ['observe'] }),
        takeBack: () => installed.uninstall(),
      };
    },
    async channels() {
      const told = await asterisk.cli('core show channels count');
      return Number(/^(\d+) active channel/m.exec(told)?.[1] ?? -1);
    },
    stop: () => asterisk.stop(),
  };
}
