import { isUtf8 } from 'node:buffer';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { hasControl } from '../event/text.ts';
import { baseFindings, placed } from './base.ts';
import { readDocument } from './document.ts';
import { NAME } from './fields.ts';
import type { Located, Place } from './located.ts';
import { layer, partAt } from './located.ts';
import type { Mistake, Problem } from './problem.ts';
import { show } from './problem.ts';
import { readSmallFile } from './read-file.ts';
import { DEFAULT_STORE } from './schema-store.ts';
import type { SharedPlaces } from './shared.ts';
import type { Parsed } from './tree.ts';

/** The policy file with everything it extends laid under it. */
export interface Layers {
  /** Undefined when one of the files could not be read: `problems` says which. */
  readonly tree: Located | undefined;
  readonly problems: readonly Problem[];
  /** Every file that was read or should have been. */
  readonly files: readonly string[];
  /** Where what the fleet's operator publishes is kept, when the policy builds on it; it may not be there yet. */
  readonly baseFile?: string;
}

/** What may come to lie under a policy that `extends: fleet`, in place of what does. */
export interface Candidate {
  /** What problems call it. */
  readonly name: string;
  /** Undefined: nothing lies under it. */
  readonly text: string | undefined;
}

export interface LayerOptions {
  readonly base?: Candidate | undefined;
  readonly shared?: SharedPlaces | undefined;
}

/** Reads a policy file and, up to five deep, what it `extends`. */
export async function readLayers(
  path: string,
  { base: candidate, shared }: LayerOptions = {},
): Promise<Layers> {
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
    if (base.value === FLEET) {
      const baseFile = baseFileOf(trees, shared);
      const found = await readBase(baseFile, candidate, base.place);
      const under = found.tree === undefined ? [] : [found.tree];
      return {
        tree: found.isBad ? undefined : laid([...trees, ...under]),
        problems: [...problems, ...found.problems],
        files: [...files, baseFile],
        baseFile,
      };
    }
    const below = isAbsolute(base.value) ? base.value : join(dirname(file), base.value);
    blame = ({ message, hint }) => {
      return { ...base.place, path: 'extends', message: `${show(below)} ${message}`, hint };
    };
    file = below;
  }
  return { tree: laid(trees), problems, files };
}

/** The first lies on top. */
function laid(trees: readonly Located[]): Located | undefined {
  return trees.length === 0 ? undefined : trees.reduceRight((base, site) => layer(base, site));
}

/**
 * Beside the database, so that daemon and commands find it by the policy alone. Nothing that the
 * operator publishes can move it: a base has no say in `store`.
 */
function baseFileOf(trees: readonly Located[], shared: SharedPlaces | undefined): string {
  const folder = textAt(trees, ['store', 'path']);
  const site = textAt(trees, ['site']) ?? '';
  // Bad ones are the schema's to tell; nothing is read by them.
  const named = folder !== undefined && isAbsolute(folder) && !hasControl(folder);
  const usual =
    shared === undefined ? DEFAULT_STORE : join(shared.state, NAME.test(site) ? site : '');
  return join(named ? folder : usual, FLEET, 'policy.yaml');
}

/** The uppermost layer that says it has the word. */
function textAt(trees: readonly Located[], path: readonly string[]): string | undefined {
  const part = trees.map((tree) => partAt(tree, path)).find((each) => each !== undefined);
  return part?.kind === 'scalar' && typeof part.value === 'string' ? part.value : undefined;
}

/** No tree and nothing bad about it: nothing was taken yet, and the site's own file stands alone. */
async function readBase(
  file: string,
  candidate: Candidate | undefined,
  extendsAt: Place,
): Promise<Parsed & { readonly isBad: boolean }> {
  const { name, text } = candidate ?? { name: file, text: undefined };
  if (candidate !== undefined && text === undefined) return NO_BASE;
  const read = text === undefined ? await readSmallFile(file, MOST_BYTES) : undefined;
  if (read !== undefined && 'mistake' in read) {
    if (read.absent === true) return NO_BASE;
    const message = `${show(file)} ${read.mistake}`;
    const hint = 'the daemon keeps it: look at its rights, or ask as the user it runs as';
    const problem = { ...extendsAt, path: 'extends', message, hint };
    return { tree: undefined, problems: [problem], isBad: true };
  }
  const found = readDocument(text ?? read?.bytes.toString('utf8') ?? '', name);
  const { tree } = found;
  if (tree === undefined) return { ...found, isBad: true };
  const own = baseFindings(tree).map((finding) => placed(finding, tree));
  return { tree, problems: [...found.problems, ...own], isBad: false };
}

const NO_BASE = { tree: undefined, problems: [], isBad: false };

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

/** What a policy extends to build on what the fleet's operator publishes; a file of this name is `./fleet`. */
const FLEET = 'fleet';
const MOST_BYTES = 1024 * 1024;
const MOST_BASES = 5;
