import { z } from 'zod';
import type { Path } from './problem.ts';
import { policyFile } from './schema.ts';

/** As much of JSON Schema as zod writes for the policy. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: string | number | boolean | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  /** Which keys stand in place of each other. */
  readonly oneOf?: readonly { readonly required?: readonly string[] }[];
}

/** JSON Schema of the policy file as written, for editors: policy.schema.json. */
export function policySchema(): JsonSchema {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod's type also allows true and false as schemas, which strict objects never give.
  known ??= z.toJSONSchema(policyFile, { io: 'input' }) as JsonSchema;
  return known;
}

/** What may stand at a path: every alternative of it, none where the schema ends. */
export function schemasAt(path: Path): JsonSchema[] {
  let nodes = alternatives(policySchema());
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const next = typeof step === 'number' ? node.items : propertyOf(node, step);
      return next === undefined ? [] : alternatives(next);
    });
  }
  return nodes;
}

/** Keys that may stand in the map at a path. */
export function keysAt(path: Path): string[] {
  return schemasAt(path).flatMap((node) => Object.keys(node.properties ?? {}));
}

/** Paths of the maps that know this key, list items left out. */
export function mapsWith(key: string, schema = policySchema(), path: Path = []): Path[] {
  const found: Path[] = [];
  for (const node of alternatives(schema)) {
    if (propertyOf(node, key) !== undefined) found.push(path);
    for (const [name, property] of Object.entries(node.properties ?? {})) {
      found.push(...mapsWith(key, property, [...path, name]));
    }
  }
  return found;
}

function alternatives(node: JsonSchema): JsonSchema[] {
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(alternatives);
}

function propertyOf(node: JsonSchema, key: string): JsonSchema | undefined {
  const { properties } = node;
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

let known: JsonSchema | undefined;
