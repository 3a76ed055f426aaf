import { MOST_REFUSAL_CHARS } from '../fleet/site-report.ts';
import { checkBase } from '../policy/base.ts';
import type { LoadOne } from '../policy/load.ts';
import { problemText } from '../policy/problem.ts';
import type { BaseShelf, BaseState } from './base-shelf.ts';

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

/** Why a version does not fit this site; empty when it does. @param text undefined: nothing underneath */
export type WhyNot = (version: number, text: string | undefined) => Promise<string>;

/**
 * Where the way back leads: to what lay there before; if that no longer fits, to the site's own file
 * alone. Undefined when neither loads.
 */
export async function wayBack(
  on: Pick<BaseShelf, 'text'>,
  { before }: BaseState,
  whyNot: WhyNot,
): Promise<{ to: NonNullable<BaseState['before']>; text: string | undefined } | undefined> {
  const text = before === undefined || before.version === 0 ? undefined : on.text(before);
  if (before !== undefined && text !== undefined && (await whyNot(before.version, text)) === '') {
    return { to: before, text };
  }
  const isAlone = (await whyNot(0, undefined)) === '';
  return isAlone ? { to: { version: 0, sha256: '' }, text: undefined } : undefined;
}
