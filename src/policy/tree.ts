import type { ParsedNode } from 'yaml';
import { isAlias, isMap, isScalar } from 'yaml';
import type { Located, Place } from './located.ts';
import type { Mistake, Problem } from './problem.ts';
import { pathText, show } from './problem.ts';

export const TOO_DEEP = 'nested too deeply';

/** What was read of a YAML text. */
export interface Parsed {
  /** Undefined when there is none to speak of: the rest of the policy cannot be judged. */
  readonly tree: Located | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Turns yaml's nodes into the tree with places, aliases filled in. Keys written twice are told
 * and the tree goes on with the first; keys that are no words, aliases to nothing and too much
 * of anything leave no tree.
 */
export function readTree(contents: ParsedNode | null, placeAt: (offset: number) => Place): Parsed {
  const problems: Problem[] = [];
  let broken = false;
  const anchors = new Map<string, ParsedNode>();
  let nodes = 0;

  const problem = (place: Place, path: readonly (string | number)[], mistake: Mistake): void => {
    problems.push({ ...place, path: pathText(path), ...mistake });
  };
  const fault = (place: Place, path: readonly (string | number)[], message: string): void => {
    broken = true;
    problem(place, path, { message });
  };

  const read = (node: ParsedNode | null, path: (string | number)[], fallback: Place): Located => {
    nodes++;
    const place = node === null ? fallback : placeAt(node.range[0]);
    if (nodes > MOST_NODES || path.length > MOST_DEPTH) {
      const message = nodes > MOST_NODES ? `more than ${MOST_NODES} values` : TOO_DEEP;
      if (nodes <= MOST_NODES + 1) fault(place, [], message);
      nodes = MOST_NODES + 1;
      return empty(place);
    }
    if (node === null) return empty(place);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) return read(target, path, place);
      fault(place, path, `no anchor ${show(node.source)} before this alias`);
      return empty(place);
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isScalar(node)) {
      // An empty value has no place of its own: its key's is where to look.
      if (node.value === null && node.source === '') return empty(fallback);
      return { kind: 'scalar', place, value: node.value, written: node.source };
    }
    if (!isMap(node)) {
      const items = node.items.map((item, at) => read(item, [...path, at], place));
      return { kind: 'list', place, items };
    }
    const entries = new Map<string, { keyPlace: Place; value: Located }>();
    for (const pair of node.items) {
      const keyPlace = placeAt(pair.key.range[0]);
      if (!isScalar(pair.key)) {
        fault(keyPlace, path, 'a key that is not a plain word');
        continue;
      }
      const key = String(pair.key.value);
      const value = read(pair.value, [...path, key], keyPlace);
      if (entries.has(key)) {
        const hint = `keep one of them: the first is on line ${entries.get(key)?.keyPlace.line}`;
        problem(keyPlace, [...path, key], { message: 'key written twice', hint });
      } else entries.set(key, { keyPlace, value });
    }
    return { kind: 'map', place, entries };
  };

  const tree = read(contents, [], placeAt(0));
  return { tree: broken ? undefined : tree, problems };
}

function empty(place: Place): Located {
  return { kind: 'scalar', place, value: null, written: '' };
}

const MOST_DEPTH = 16;
/** Values, those behind aliases counted each time: this also ends an alias that holds itself. */
const MOST_NODES = 100_000;
