import type { Policy } from '../../policy/policy.ts';
import type { Problem } from '../../policy/problem.ts';
import { claimsOf } from '../../policy/shared.ts';

/** What each file's site has for itself: its name, its places, its ports. */
export interface Claims {
  /** Takes what this policy needs, all or nothing; what is another file's already comes back. */
  take(file: string, policy: Policy): Problem[];
  free(file: string): void;
}

export function createClaims(own: readonly { readonly what: string }[] = []): Claims {
  const holders = new Map<string, string>(own.map(({ what }) => [what, '']));

  const free = (file: string): void => {
    for (const [what, holder] of holders) if (holder === file) holders.delete(what);
  };

  return {
    take(file, policy) {
      const wanted = claimsOf(policy);
      const taken = wanted.flatMap(({ what, path }): Problem[] => {
        const holder = holders.get(what);
        if (holder === undefined || holder === file) return [];
        const message =
          holder === ''
            ? `${what} is that of ghostgate central itself`
            : `${what} is that of ${holder} already`;
        const hint = 'give each site its own';
        return [{ file, line: 0, column: 0, path, message, hint }];
      });
      if (taken.length > 0) return taken;
      free(file);
      for (const { what } of wanted) holders.set(what, file);
      return [];
    },
    free,
  };
}
