import { readEntry } from './entry.ts';

/**
 * The texts of a JSON document where addresses should stand: the strings of its lists, and of the
 * maps in them the value of `column`, or the first that is an address. A list may lie within maps,
 * as providers publish their ranges. What should hold one and does not comes as its text all the
 * same, so that it is counted as bad.
 */
export function* addressesIn(
  value: unknown,
  column: string | undefined,
  depth = 0,
): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) {
    if (depth < DEEPEST) for (const item of value) yield* addressesIn(item, column, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    yield* inMap(value, column, depth);
  } else yield String(value);
}

const DEEPEST = 4;

function* inMap(map: object, column: string | undefined, depth: number): Generator<string> {
  const values: unknown[] = Object.values(map);
  const lists = values.filter((value) => Array.isArray(value));
  const named: unknown = column === undefined ? undefined : Reflect.get(map, column);
  if (typeof named === 'string') yield named;
  else if (Array.isArray(named)) yield* addressesIn(named, undefined, depth + 1);
  else if (column === undefined) {
    const address = values.find((value) => typeof value === 'string' && isEntry(value));
    if (typeof address === 'string') yield address;
    else if (lists.length === 0) yield JSON.stringify(map);
    else for (const list of lists) yield* addressesIn(list, column, depth + 1);
  } else if (lists.length === 0) yield JSON.stringify(map);
  else for (const list of lists) yield* addressesIn(list, column, depth + 1);
}

function isEntry(text: string): boolean {
  return 'network' in readEntry(text);
}
