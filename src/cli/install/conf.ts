import type { Refusal } from './change.ts';

export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface Variable extends Place {
  /** In small letters. */
  readonly name: string;
  readonly value: string;
  /** It came from a template or another section that this one is made from. */
  readonly inherited: boolean;
}

/** One section with everything it holds, in Asterisk's order: of two equal names the last counts. */
export interface Section extends Place {
  readonly name: string;
  readonly template: boolean;
  readonly variables: readonly Variable[];
}

export interface Include extends Place {
  readonly pattern: string;
  readonly files: readonly string[];
}

/** A configuration with all its includes. Places are lines of the files without our own text. */
export interface Conf {
  readonly sections: readonly Section[];
  readonly includes: readonly Include[];
  /** Every file read, without our own text, in the order of reading. */
  readonly texts: ReadonlyMap<string, string>;
  /** What could not be read as Asterisk reads it. */
  readonly problems: readonly Refusal[];
}

/** The value that counts: of several the last. */
export function lastOf(section: Section | undefined, name: string): Variable | undefined {
  return section?.variables.findLast((variable) => variable.name === name);
}

export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** `yes` in any of the ways Asterisk knows (ast_true). */
export function isTrue(value: string | undefined): boolean {
  return /^(?:yes|true|y|t|1|on)$/i.test(value ?? '');
}

/** `no` in any of the ways Asterisk knows (ast_false). */
export function isFalse(value: string | undefined): boolean {
  return /^(?:no|false|n|f|0|off)$/i.test(value ?? '');
}
