import type { Refusal } from './change.ts';
import type { Section } from './conf.ts';

/** A way by which a stranger's call comes into a context of the dialplan. */
export interface Door {
  readonly context: string;
  /** The endpoint's section, whose `context` is to be another. */
  readonly section: Section;
  /** Values that must be written down, for they follow from `context` when they are not. */
  readonly keep: Readonly<Record<string, string>>;
  /** For the person who reads the diff. */
  readonly why: string;
}

/** Sections besides, that would change with a door and must not. */
export interface Bystander {
  readonly section: Section;
  readonly values: Readonly<Record<string, string>>;
}

export interface Doors {
  readonly doors: readonly Door[];
  readonly bystanders: readonly Bystander[];
  readonly refusals: readonly Refusal[];
}

export const NO_DOORS: Doors = { doors: [], bystanders: [], refusals: [] };
