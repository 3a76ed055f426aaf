import type { Path } from './problem.ts';

/** Where something stands: line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a YAML file holds, each part with its place, so that a merged policy can still be traced. */
export type Located = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, { readonly keyPlace: Place; readonly value: Located }>;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Located[];
}

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: unknown;
  /** As the file has it: `0100` where the value is the number 100. */
  readonly written: string;
}

/** The part at a path, or undefined where the file says nothing. */
export function partAt(tree: Located, path: Path): Located | undefined {
  let part: Located | undefined = tree;
  for (const step of path) {
    if (part?.kind === 'map') part = part.entries.get(String(step))?.value;
    else if (part?.kind === 'list') part = part.items[Number(step)];
    else return undefined;
  }
  return part;
}

/** Where to look for a mistake: the part itself, its key, or the nearest thing around it. */
export function placeOf(tree: Located, path: Path, atKey = false): Place {
  const last = path.at(-1);
  if (last === undefined) return tree.place;
  const around = partAt(tree, path.slice(0, -1));
  if (around === undefined) return placeOf(tree, path.slice(0, -1), atKey);
  if (around.kind === 'map') {
    const entry = around.entries.get(String(last));
    if (entry !== undefined) return atKey ? entry.keyPlace : entry.value.place;
  }
  const item = around.kind === 'list' ? around.items[Number(last)] : undefined;
  return item?.place ?? around.place;
}

/** The tree as plain data. Keys become own properties whatever their name, `__proto__` too. */
export function plain(tree: Located): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plain(value)]));
}

/** Lays a site's file over its base: maps key by key, all else whole. */
export function layer(base: Located, site: Located): Located {
  if (base.kind !== 'map' || site.kind !== 'map') return site;
  const entries = new Map(base.entries);
  for (const [key, entry] of site.entries) {
    const below = entries.get(key);
    const value = below === undefined ? entry.value : layer(below.value, entry.value);
    entries.set(key, { keyPlace: entry.keyPlace, value });
  }
  return { kind: 'map', place: site.place, entries };
}
