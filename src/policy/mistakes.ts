import type { z } from 'zod';
import { DURATION_HINT, DURATION_PATTERN } from './duration.ts';
import { keysAt, mapsWith, schemasAt } from './json-schema.ts';
import { hasControl } from '../event/text.ts';
import type { Located } from './located.ts';
import { partAt } from './located.ts';
import { nearest } from './nearest.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import { pathText, show } from './problem.ts';
import { settingLines } from './sample-text.ts';
import { NOTIFY_SECRET_HINT, NOTIFY_URL_HINT, SMTP_PASSWORD_HINT } from './schema-notify.ts';
import { PAGE_PASSWORD_HINT, PAGE_TOKEN_HINT } from './schema-page.ts';
import { CROWDSEC_HINT, PASSWORD_HINT, SECRET_HINT } from './schema-pbx.ts';

type Issue = z.core.$ZodIssue;

/** Turns what zod found into what a person can act on, one finding for each mistake. */
export function findings(issues: readonly Issue[], tree: Located, under: Path = []): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    const path = [
      ...under,
      ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
    ];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        ...unknownKey(path, key),
      }));
    }
    if (issue.code === 'invalid_union') return union(issue, tree, path);
    return [{ path, ...mistakeOf(issue, tree, path) }];
  });
}

function mistakeOf(issue: Issue, tree: Located, path: Path): Mistake {
  const part = partAt(tree, path);
  if (issue.code === 'custom') {
    const hint: unknown = issue.params?.['hint'];
    return { message: issue.message, hint: typeof hint === 'string' ? hint : undefined };
  }
  if (part === undefined) return missing(path);
  if (part.kind === 'scalar' && part.value === null) {
    if (path.length === 0) {
      return { message: 'the file is empty', hint: 'begin with ghostgate check --print-sample' };
    }
    return { message: 'has no value', hint: 'give it one or take the line away' };
  }
  if (issue.code === 'invalid_value') return notOneOf(issue.values, part);
  if (issue.code === 'invalid_type') return wrongKind(issue.expected, part, path);
  if (issue.code === 'too_small' || issue.code === 'too_big') return outOfBounds(issue);
  return { message: issue.message };
}

/** An unknown key: probably one that is known here, or one that belongs elsewhere. */
function unknownKey(path: Path, key: string): Mistake {
  const near = nearest(key, keysAt(path));
  if (near !== undefined) return { message: 'unknown key', hint: `did you mean ${near}?` };
  const [home, another] = mapsWith(key);
  if (home === undefined || another !== undefined) return { message: 'unknown key' };
  // In an item of a list the same word mostly means the item's own: AMI's tls is not the page's.
  if (home.length > 0 && path.some((step) => typeof step === 'number')) {
    return { message: 'unknown key' };
  }
  const where = home.length === 0 ? 'at the top of the file' : `under ${pathText(home)}`;
  return { message: 'unknown key', hint: `${key} belongs ${where}` };
}

function missing(path: Path): Mistake {
  const [schema] = schemasAt(path);
  const example: unknown = schema?.examples?.[0];
  if (example === undefined) return { message: 'is missing', hint: schema?.description };
  const [line = ''] = settingLines(String(path.at(-1)), example, 0);
  return { message: 'is missing', hint: `for example ${line}` };
}

function notOneOf(values: readonly unknown[], part: Located): Mistake {
  const words = values.map(String);
  const message = `not one of ${words.join(', ')}: ${shown(part)}`;
  const near = part.kind === 'scalar' ? nearest(part.written, words) : undefined;
  return { message, hint: near === undefined ? undefined : `did you mean ${near}?` };
}

function wrongKind(expected: string, part: Located, path: Path): Mistake {
  // The value may be the secret itself: it goes into no message.
  const key = String(path.at(-1));
  const secrets =
    path[0] === 'page' ? PAGE_SECRETS : path[0] === 'notify' ? NOTIFY_SECRETS : SECRETS;
  const hint = secrets.get(`${String(path.at(-2))}.${key}`) ?? secrets.get(key);
  if (hint !== undefined) return { message: 'a secret does not belong in this file', hint };
  const message = `expected ${KINDS[expected] ?? expected}, found ${shown(part)}`;
  if (part.kind !== 'scalar' || hasControl(part.written)) return { message };
  if (schemasAt(path).some(({ pattern }) => pattern === DURATION_PATTERN)) {
    return { message, hint: DURATION_HINT };
  }
  if (expected === 'string') return { message, hint: `write it in quotes: '${part.written}'` };
  return expected === 'array' ? { message, hint: `write [${part.written}]` } : { message };
}

function outOfBounds(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): Mistake {
  const small = issue.code === 'too_small';
  const bound = String(small ? issue.minimum : issue.maximum);
  if (small && issue.origin !== 'number' && bound === '1') return { message: 'is empty' };
  const unit = UNITS[issue.origin] ?? '';
  return { message: `${small ? 'less' : 'more'} than ${bound}${unit}` };
}

/** Reports on the alternative that was meant: the one of the kind that the file has. */
function union(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  tree: Located,
  path: Path,
): Finding[] {
  const meant = issue.errors.filter((found) => !found.some((each) => notThatKind(each)));
  const [only] = meant;
  if (only !== undefined) return findings(only, tree, path);
  const part = partAt(tree, path);
  const words = issue.errors.flatMap((found) =>
    found.flatMap((each) => (each.code === 'invalid_value' ? each.values : [])),
  );
  const known = words.filter((word) => typeof word === 'string');
  if (part?.kind === 'scalar' && keysAt(path).includes(part.written)) {
    const hint = `write it with a colon and its options: ${part.written}: { … }`;
    return [{ path, message: `says too little: ${shown(part)}`, hint }];
  }
  if (part?.kind === 'scalar' && part.value !== null && known.length > 0) {
    return [{ path, ...notOneOf([...known, ...(keysAt(path).length > 0 ? ['a map'] : [])], part) }];
  }
  const [[first] = []] = issue.errors.filter((found) => found[0]?.code === 'invalid_type');
  return first === undefined ? [] : [{ path, ...mistakeOf(first, tree, path) }];
}

function notThatKind(issue: Issue): boolean {
  return (
    issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
  );
}

function shown(part: Located): string {
  if (part.kind === 'list') return 'a list';
  return part.kind === 'map' ? 'a map' : show(part.written);
}

/** Keys that say where a secret is kept, with what to write there. */
const SECRETS: ReadonlyMap<string, string> = new Map([
  ['secret', SECRET_HINT],
  ['channel_token', SECRET_HINT],
  ['password', PASSWORD_HINT],
  ['crowdsec.password', CROWDSEC_HINT],
]);
const PAGE_SECRETS: ReadonlyMap<string, string> = new Map([
  ['password', PAGE_PASSWORD_HINT],
  ['token', PAGE_TOKEN_HINT],
]);
const NOTIFY_SECRETS: ReadonlyMap<string, string> = new Map([
  ['url', NOTIFY_URL_HINT],
  ['secret', NOTIFY_SECRET_HINT],
  ['password', SMTP_PASSWORD_HINT],
]);
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
};
const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };
