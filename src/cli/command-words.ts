import { readManual, type Manual } from './manual.ts';

/** What can be typed after a command. */
export interface CommandWords {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** Words that are no flags: what is installed, what lockdown does. */
  readonly words: readonly string[];
  /** It takes files. */
  readonly files: boolean;
}

export interface Flag {
  readonly flag: string;
  readonly about: string;
  /** `none`: the flag stands alone. */
  readonly value: 'none' | 'file' | 'text' | readonly string[];
}

/** What a command's own --help says can be typed. */
export function commandWords(name: string, about: string, help: string): CommandWords {
  const manual = readManual(help);
  const terms = manual.parts.flatMap((part) => (part.kind === 'terms' ? part.terms : []));
  const flags = new Map<string, Flag>();
  const add = (text: string, meaning: string): void => {
    for (const [, flag = '', value] of text.matchAll(/(--[a-z][a-z-]*)(?: ([A-Z][A-Z=,…]*))?/g))
      if (!flags.has(flag))
        flags.set(flag, { flag, about: meaning, value: valueOf(value, manual) });
  };
  for (const { term, text } of terms.filter((each) => each.term.startsWith('-'))) add(term, text);
  add(manual.synopsis, '');
  add('--help', 'how to use it, with examples');
  const named = terms.map(({ term }) => term).filter((term) => /^[a-z][a-z-]*$/.test(term));
  const either = [...manual.synopsis.matchAll(/(?<![\w-])[a-z]+(?:\|[a-z]+)+/g)];
  return {
    name,
    about,
    flags: [...flags.values()],
    words: [...new Set([...either.flatMap(([words]) => words.split('|')), ...named])],
    files: /(?<!--[\w-]+ )FILE/.test(manual.synopsis),
  };
}

/** Names of the commands with their line in the list, from `ghostgate help`. */
export function commandNames(help: string): { name: string; about: string }[] {
  const { parts } = readManual(help);
  const list = parts.find((part) => part.kind === 'terms' && part.title === 'Commands');
  return list?.kind === 'terms'
    ? list.terms.map(({ term, text }) => ({ name: term, about: text }))
    : [];
}

function valueOf(name: string | undefined, { parts }: Manual): Flag['value'] {
  if (name === undefined) return 'none';
  if (/^(?:FILE|PATH|DIR)$/.test(name)) return 'file';
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join(' ');
  // "KIND is one of routeros (MikroTik), opnsense, ufw."
  const list = new RegExp(`\\b${name} is one of ([^.]{1,200})\\.`).exec(text)?.[1];
  if (list === undefined) return 'text';
  return list
    .replaceAll(/\([^)]*\)/g, '')
    .split(',')
    .map((word) => word.trim());
}
