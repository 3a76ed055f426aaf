import { fill, settingLines } from './sample-text.ts';
import type { JsonSchema } from './json-schema.ts';
import { policySchema } from './json-schema.ts';

/**
 * The commented sample, made from the schema's descriptions, examples and defaults. What every
 * site sets stands in it as it is; the rest stands behind a # in the first column, with its
 * default, and takes effect when that # is taken away.
 */
export function samplePolicy(): string {
  return [...HEAD, ...mapLines(policySchema(), 0, false)].join('\n');
}

const HEAD = [
  '# yaml-language-server: $schema=./policy.schema.json',
  '#',
  '# Ghostgate policy. `ghostgate check FILE` says what is wrong with it, all at once.',
  '# Lines like `#jail:` and `#  grace: 1h` show what holds without them: to change one, take its #',
  '# away and that of the key it stands under. Times are written 30s, 10m, 4h, 2d or 1w.',
  '',
];

/** The lines of a map: each key under its description, the top-level ones apart. */
function mapLines(schema: JsonSchema, indent: number, off: boolean): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const about = fill(property.description ?? '', indent, '# ');
    const isOff = off || !(schema.required?.includes(key) || isUsual(property));
    const lines = [...behind(off, about), ...keyLines(key, property, indent, isOff)];
    return indent === 0 ? [...lines, ''] : lines;
  });
}

/** Optional keys that most sites set have an example beside their default. */
function isUsual({ default: fallback, examples, properties = {} }: JsonSchema): boolean {
  if (examples !== undefined && fallback !== undefined) return true;
  return Object.values(properties).some(isUsual);
}

function keyLines(key: string, property: JsonSchema, indent: number, off: boolean): string[] {
  const { items, properties, examples } = property;
  const head = behind(off, [`${' '.repeat(indent)}${key}:`]);
  if (items?.properties !== undefined) {
    return [...head, ...itemsLines(items, indent + 4, off)];
  }
  const choices = items?.anyOf?.find((each) => each.properties !== undefined);
  if (choices !== undefined) {
    return [...head, ...choiceLines(property.default, choices, indent + 2)];
  }
  // An example says it all in one line; a map without one has its keys explained one by one.
  if (properties !== undefined && examples?.[0] === undefined) {
    return [...head, ...mapLines(property, indent + 2, off)];
  }
  return behind(off, settingLines(key, valueOf(property), indent));
}

/** An item of a list; where there are several kinds of item, each other one behind a #. */
function itemsLines(item: JsonSchema, indent: number, off: boolean): string[] {
  const [usual = item, ...others] = kindsOf(item);
  const behindHash = (kind: JsonSchema): string[] => {
    const plain = mapLines(kind, indent, true).map((line) => line.slice(1));
    return behind(true, itemLines(plain, indent));
  };
  const lines = off ? behindHash(usual) : itemLines(mapLines(usual, indent, false), indent);
  return [...lines, ...others.flatMap(behindHash)];
}

/** A map with exactly one of several keys, once for each of them, with an example of its own. */
function kindsOf({ oneOf = [], properties = {}, required = [], ...schema }: JsonSchema) {
  const either = oneOf.flatMap((kind) => kind.required ?? []);
  return oneOf.map((kind, at): JsonSchema => {
    const keys = [...required, ...(kind.required ?? [])];
    const own = Object.entries(properties).flatMap(([key, property]) => {
      if (either.includes(key) && !keys.includes(key)) return [];
      const { examples = [] } = property;
      return [
        [key, examples[at] === undefined ? property : { ...property, examples: [examples[at]] }],
      ];
    });
    return { ...schema, properties: Object.fromEntries(own), required: keys };
  });
}

/** Makes the lines of a map the first item of a list: its first key gets the hyphen. */
function itemLines(lines: readonly string[], indent: number): string[] {
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  const margin = ' '.repeat(indent - 2);
  return lines.map((line, at) => {
    if (at > first) return line;
    return `${margin}${at === first ? '- ' : ''}${line.slice(indent)}`;
  });
}

/** A list whose items are names or maps of one name: the default, then every other choice. */
function choiceLines(chosen: unknown, choices: JsonSchema, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const names = Array.isArray(chosen) ? chosen.map((name) => `${margin}- ${String(name)}`) : [];
  const others = Object.entries(choices.properties ?? {}).flatMap(([name, options]) => {
    const [first = '', ...rest] = settingLines(name, valueOf(options), indent + 2);
    const item = [`${margin}- ${first.trimStart()}`, ...rest];
    return [...fill(options.description ?? '', indent, '# '), ...behind(true, item)];
  });
  return [...names, ...others];
}

/** The example, or the default with the defaults of what is in it. */
function valueOf(schema: JsonSchema): unknown {
  const map = [schema, ...(schema.anyOf ?? [])].find((each) => each.properties !== undefined);
  // `tls: false` where a map may stand there instead: the default is what holds.
  const isScalar = schema.type === undefined && typeof schema.default === 'boolean';
  if (schema.examples !== undefined || map === undefined || isScalar) {
    return schema.examples?.[0] ?? schema.default;
  }
  const entries = Object.entries(map.properties ?? {})
    .filter(([key]) => !UNSAID.has(key))
    .map(([key, property]) => [key, valueOf(property)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function behind(off: boolean, lines: readonly string[]): string[] {
  return off ? lines.map((line) => `#${line}`) : [...lines];
}

/** Keys that a sample is clearer without: a rule is on unless somebody says otherwise. */
const UNSAID = new Set(['enabled']);
