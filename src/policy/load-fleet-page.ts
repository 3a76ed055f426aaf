import { z } from 'zod';
import { placed } from './base.ts';
import { compileFleet } from './compile-fleet.ts';
import { compilePage } from './compile-page.ts';
import { text } from './fields.ts';
import { readLayers } from './layers.ts';
import { inOrder } from './load.ts';
import { plain } from './located.ts';
import { findings } from './mistakes.ts';
import type { FleetPolicy } from './policy-fleet.ts';
import type { PagePolicy } from './policy-page.ts';
import type { Problem } from './problem.ts';
import { fleetFile } from './schema-fleet.ts';
import { pageFile } from './schema-page.ts';
import { readSecrets } from './secrets.ts';

/** What the fleet page runs by: whom it asks, and who may look. */
export interface FleetPagePolicy {
  readonly fleet: Pick<FleetPolicy, 'servers' | 'seed' | 'caFile' | 'operator'>;
  readonly page: PagePolicy;
}

/**
 * Reads the file of the fleet page: the `fleet` and `page` blocks of a policy, in the same words
 * and with the same checks, and no other. What is wrong with it comes back, all at once.
 */
export async function loadFleetPage(
  path: string,
  env = process.env,
): Promise<FleetPagePolicy | { readonly problems: readonly Problem[] }> {
  const { tree, problems, files } = await readLayers(path);
  if (tree === undefined) return { problems };
  const data = plain(tree);
  const secrets = await readSecrets(data, tree, env);
  const parsed = fleetPageFile.safeParse(data);
  const found = [
    ...(parsed.success ? [] : findings(parsed.error.issues, tree)),
    ...secrets.findings,
  ];
  if (!parsed.success || found.length > 0 || problems.length > 0) {
    return { problems: inOrder([...problems, ...found.map((one) => placed(one, tree))], files) };
  }
  const { fleet, page } = parsed.data;
  return {
    fleet: compileFleet(fleet, secrets.values.get('fleet.credentials') ?? ''),
    page: compilePage(page, secrets.values),
  };
}

const fleetPageFile = z.strictObject({
  extends: text((value) =>
    value === 'fleet'
      ? { message: "what the operator publishes is for sites' policies", hint: 'name a file' }
      : undefined,
  ).optional(),
  fleet: fleetFile.unwrap(),
  page: pageFile,
});
