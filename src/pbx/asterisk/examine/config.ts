import type { Action } from '../action.ts';
import { AmiError } from '../errors.ts';
import type { Frame } from '../frame.ts';
import type { AmiSession } from '../session.ts';
import { type Section, sectionsIn, valueOf } from './translate-answer.ts';

/** As much of a session as it takes to ask. */
export type Asking = Pick<AmiSession, 'request' | 'list'>;

/**
 * Values of one name in a configuration file, as Asterisk itself reads it, with its includes. The
 * function AST_CONFIG is asked, so that it makes no difference where the files are; what was
 * changed and not reloaded yet is told as it will be. Rejects with AmiError.
 */
export async function configured(
  session: Asking,
  file: string,
  section: string,
  name: string,
): Promise<string[]> {
  const values: string[] = [];
  for (let at = 0; at < MOST_VALUES; at++) {
    const value = await askGlobal(session, `AST_CONFIG(${file},${section},${name},${at})`);
    if (value === '') break;
    values.push(value);
  }
  return values;
}

/** Value of a global variable or of a function without a channel; empty for none. Rejects with AmiError. */
export async function askGlobal(session: Asking, variable: string): Promise<string> {
  return valueOf(await session.request({ Action: 'Getvar', Variable: variable }));
}

/**
 * Every section of a file whose variables fit the filter (`type=acl`): names and values in the
 * order of the file, none when there is no such file. Undefined when the user may not ask.
 */
export async function sectionsOf(
  session: Asking,
  file: string,
  filter: string,
): Promise<Section | undefined> {
  return (await sectionsApart(session, file, filter))?.flat();
}

/** The same, section by section. */
export async function sectionsApart(
  session: Asking,
  file: string,
  filter: string,
): Promise<Section[] | undefined> {
  const action = { Action: 'GetConfig', Filename: file, Filter: filter };
  return sectionsIn(await session.request(action).catch(unlessAnswer));
}

/** A name that can be an argument of a function without being read as something else. */
export function isPlainName(name: string): boolean {
  return /^[\w.@+-]{1,80}$/.test(name);
}

/** None where a driver says that it has nothing; undefined when it is not loaded, or may not be asked. */
export async function listed(
  session: Asking,
  action: Action,
  end: string,
): Promise<Frame[] | undefined> {
  try {
    return await session.list(action, end);
  } catch (error) {
    unlessAnswer(error);
    const words = error instanceof AmiError ? (error.answer ?? '') : '';
    return /^(?:Invalid\/unknown command|Permission denied)/.test(words) ? undefined : [];
  }
}

/** What it will not tell, or tells in a way that no strict reader takes, is not known; a lost connection is an error. */
export function unlessAnswer(error: unknown): undefined {
  const answered =
    error instanceof AmiError && (error.kind === 'refused' || error.kind === 'protocol');
  if (!answered) throw error;
}

const MOST_VALUES = 10;
