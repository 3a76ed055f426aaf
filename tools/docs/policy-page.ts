import type { JsonSchema } from '../../src/policy/json-schema.ts';

/** docs/reference/policy.md: every key of the policy, from its schema. */
export function policyPage(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const isNeeded = schema.required?.includes(key) === true;
    return ['', `## \`${key}\``, '', ...about(property, isNeeded), ...keysWithin(key, property)];
  });
  return `${[...HEAD, ...sections].join('\n')}\n`;
}

const HEAD = [
  '# Every key of the policy',
  '',
  'Made from the schema by `npm run docs`. `policy.sample.yaml` shows the same as a file to start from, `ghostgate check FILE`',
  'says what is wrong with yours, and `policy.schema.json` gives editors completion. Unknown keys are errors. Times are written',
  '`30s`, `10m`, `4h`, `2d` or `1w`.',
];

function keysWithin(path: string, schema: JsonSchema): string[] {
  const [inside, map] = mapOf(path, schema);
  return Object.entries(map?.properties ?? {}).flatMap(([key, property]) => {
    const full = `${inside}.${key}`;
    const isNeeded = map?.required?.includes(key) === true;
    const head = ['', `### \`${full}\``, '', ...about(property, isNeeded)];
    return [...head, ...keysWithin(full, property)];
  });
}

/** The map that a value is, or each item of a list is, or one of its alternatives is. */
function mapOf(path: string, schema: JsonSchema): [string, JsonSchema | undefined] {
  if (schema.properties !== undefined) return [path, schema];
  if (schema.items !== undefined) return mapOf(`${path}[]`, schema.items);
  const map = schema.anyOf?.find((each) => mapOf(path, each)[1] !== undefined);
  return map === undefined ? [path, undefined] : mapOf(path, map);
}

function about(schema: JsonSchema, isNeeded: boolean): string[] {
  const facts = [kindOf(schema)];
  if (isNeeded) facts.push('**needed**');
  if (schema.default !== undefined && !isEmptyMap(schema.default)) {
    facts.push(`default ${inline(schema.default)}`);
  } else if (schema.examples?.[0] !== undefined) {
    facts.push(`for example ${inline(schema.examples[0])}`);
  }
  return [
    schema.description ?? '',
    '',
    `*${facts[0]}*${facts
      .slice(1)
      .map((fact) => `, ${fact}`)
      .join('')}`,
  ];
}

/** What may be written, in words. */
function kindOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(String).join(' or ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(kindOf))].join(' or ');
  if (schema.items !== undefined) return `list of ${kindOf(schema.items)}`;
  if (schema.properties !== undefined) return 'map';
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum, maximum } = schema;
    const bounds = [
      minimum === undefined || minimum < -1e9 ? '' : ` from ${minimum}`,
      maximum === undefined || maximum > 1e12 ? '' : ` to ${maximum}`,
    ];
    return `whole number${bounds.join('')}`;
  }
  return schema.type === 'boolean' ? 'true or false' : 'text';
}

function isEmptyMap(value: unknown): boolean {
  return JSON.stringify(value) === '{}';
}

/** As YAML would have it on one line. */
function inline(value: unknown): string {
  const text = yaml(value);
  return text.length > 160 ? 'a list of some length: see `policy.sample.yaml`' : `\`${text}\``;
}

function yaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${yaml(one)}`)
      .join(', ')} }`;
  }
  if (typeof value === 'string' && /^[0-9]+$/.test(value)) return `'${value}'`;
  return String(value);
}
