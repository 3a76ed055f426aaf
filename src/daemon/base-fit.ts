import { MOST_REFUSAL_CHARS } from '../fleet/site-report.ts';
import { checkBase } from '../policy/base.ts';
import type { LoadOne } from '../policy/load.ts';
import { problemText } from '../policy/problem.ts';

/**
 * Why a base does not fit a site: the site's whole policy is loaded with it underneath. Empty when
 * it does. Bounded: it is told to the operator.
 * @param load as the site itself is loaded
 * @param path of the site's own policy file
 * @param text undefined: nothing underneath
 */
export async function whyUnfit(
  load: LoadOne,
  path: string,
  version: number,
  text: string | undefined,
): Promise<string> {
  const name = `version ${version}`;
  const own = text === undefined ? [] : checkBase(text, name);
  const base = { name, text };
  const loaded = own.length > 0 ? undefined : await load(path, { base });
  const found = loaded !== undefined && 'problems' in loaded ? loaded.problems : own;
  const [first = '', ...more] = found.map(problemText);
  const others = more.length === 0 ? '' : `; and ${more.length} more`;
  return `${first.slice(0, MOST_REFUSAL_CHARS - others.length)}${others}`;
}
