import { isUtf8 } from 'node:buffer';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { hasControl } from '../event/text.ts';
import { readDocument } from './document.ts';
import type { Located } from './located.ts';
import { layer, partAt } from './located.ts';
import type { Mistake, Problem } from './problem.ts';
import { show } from './problem.ts';
import { readSmallFile } from './read-file.ts';
import type { Parsed } from './tree.ts';

/** The policy file with everything it extends laid under it. */
export interface Layers {
  /** Undefined when one of the files could not be read: `problems` says which. */
  readonly tree: Located | undefined;
  readonly problems: readonly Problem[];
  /** Every file that was read or should have been. */
  readonly files: readonly string[];
}

/** Reads a policy file and, up to five deep, what it `extends`. */
export async function readLayers(path: string): Promise<Layers> {
  const files: string[] = [];
  const trees: Located[] = [];
  const problems: Problem[] = [];
  let file = path;
  let blame: Blame = (mistake) => ({ file: path, line: 0, column: 0, path: '', ...mistake });

  for (;;) {
    const circle = files.some((seen) => resolve(seen) === resolve(file));
    if (circle || files.length > MOST_BASES) {
      const message = circle ? 'was read already: a circle' : `lies more than ${MOST_BASES} deep`;
      const hint = 'let each file extend a more general one';
      return { tree: undefined, problems: [...problems, blame({ message, hint })], files };
    }
    files.push(file);
    const read = await readLayer(file, blame);
    problems.push(...read.problems);
    if (read.tree === undefined) return { tree: undefined, problems, files };
    trees.push(read.tree);
    const base = partAt(read.tree, ['extends']);
    // What is no file name at all is left to the schema to report.
    if (base?.kind !== 'scalar' || typeof base.value !== 'string') break;
    if (base.value.trim() === '' || hasControl(base.value)) break;
    const below = isAbsolute(base.value) ? base.value : join(dirname(file), base.value);
    blame = ({ message, hint }) => {
      return { ...base.place, path: 'extends', message: `${show(below)} ${message}`, hint };
    };
    file = below;
  }
  return { tree: trees.reduceRight((base, site) => layer(base, site)), problems, files };
}

/** Where a mistake that means a whole file is reported. */
type Blame = (mistake: Mistake) => Problem;

async function readLayer(file: string, blame: Blame): Promise<Parsed> {
  const read = await readSmallFile(file, MOST_BYTES);
  if ('mistake' in read) {
    return { tree: undefined, problems: [blame({ message: read.mistake })] };
  }
  if (!isUtf8(read.bytes)) {
    const mistake = { message: 'is not UTF-8 text', hint: 'save it again as UTF-8' };
    return { tree: undefined, problems: [blame(mistake)] };
  }
  return readDocument(new TextDecoder().decode(read.bytes), file);
}

const MOST_BYTES = 1024 * 1024;
const MOST_BASES = 5;
