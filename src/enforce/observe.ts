import type { Ban } from '../judge/verdict.ts';
import type { Enforcer } from './enforcer.ts';
import { checkTargets } from './target.ts';

/** The same interface with empty hands: remembers what another enforcer would have shut out. */
export function observe(options: { readonly now?: () => number } = {}): Enforcer {
  const { now = Date.now } = options;
  const bans = new Map<string, number>();

  return {
    name: 'observe',
    open: () => Promise.resolve(),
    present() {
      for (const [target, until] of bans) if (until <= now()) bans.delete(target);
      return Promise.resolve(new Set(bans.keys()));
    },
    async ban(wanted: readonly Ban[]) {
      checkTargets('observe', wanted);
      for (const { target, until } of wanted) bans.set(target, until);
    },
    async release(targets) {
      for (const target of targets) bans.delete(target);
    },
    close: () => Promise.resolve(),
  };
}
