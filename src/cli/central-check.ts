import { createClaims } from '../daemon/central/claims.ts';
import { policyFiles } from '../daemon/central/folder.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Problem } from '../policy/problem.ts';
import { problemText } from '../policy/problem.ts';
import type { SharedPlaces } from '../policy/shared.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';

/** Reads every policy of the folder, what two sites want at once included. Exit 1 with mistakes. */
export async function centralCheck(
  asked: { readonly folder: string; readonly places: SharedPlaces; readonly json: boolean },
  out: Output,
): Promise<number> {
  const { folder, places } = asked;
  const found = await policyFiles(folder);
  if ('why' in found) return fail(out, 1, found.why, folderHint(folder));
  const claims = createClaims();
  const checked: { file: string; site?: string; problems: readonly Problem[] }[] = [];
  for (const file of found.files) {
    const loaded = await loadPolicy(file, process.env, { shared: places });
    if ('problems' in loaded) checked.push({ file, problems: loaded.problems });
    else {
      const { site } = loaded.policy;
      checked.push({ file, site, problems: claims.take(file, loaded.policy) });
    }
  }
  const wrong = checked.filter(({ problems }) => problems.length > 0);
  if (asked.json) json(out, { folder, good: wrong.length === 0, sites: checked });
  else {
    for (const { problems } of wrong) for (const each of problems) out.err(problemText(each));
    const good = checked.length - wrong.length;
    out.out(`${good} of ${checked.length} policies in ${folder} are good`);
  }
  return wrong.length === 0 ? 0 : 1;
}

export function folderHint(folder: string): string {
  return `mkdir -p ${folder}, and put the policy of each site there, NAME.yaml`;
}
