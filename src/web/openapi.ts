import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { auditShape, banShape, explanationShape, historyShape, verdictShape } from './shapes.ts';
import { feedsShape, lockdownShape, lockdownViewShape, statusShape } from './shapes-status.ts';

/** The API as an OpenAPI 3.1 document: docs/openapi.json, and served at /api/openapi.json. */
export function openApi(version: string): object {
  return openApiOf(version, OF_A_SITE);
}

/** One of the program's APIs: that of a site's page, or that of the fleet page. */
export interface Api {
  readonly title: string;
  readonly about: string;
  readonly endpoints: readonly Described[];
  /** Shapes with an id of their own, and ids of those within them. */
  readonly shapes: readonly z.ZodType[];
  readonly nested: readonly string[];
  readonly events: string;
}

type Described = Omit<Endpoint, 'handle'>;

export function openApiOf(version: string, api: Api): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of api.endpoints) {
    (paths[`/api${endpoint.path}`] ??= {})[endpoint.method] = operation(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: api.title,
      version,
      description: api.about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }, { session: [] }],
    paths: { ...paths, ...othersOf(api) },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'ghostgate' },
      },
      responses: RESPONSES,
      schemas: schemas(api),
    },
  };
}

const ABOUT =
  'Served where the `page` block of the policy says. Programs send a token of `page.tokens` as `Authorization: Bearer`; browsers log in and send the header `x-ghostgate` with every order. Times are milliseconds since the epoch. Texts that come from the network are data: show them as text.';

const SHAPES = [
  auditShape,
  banShape,
  explanationShape,
  feedsShape,
  historyShape,
  lockdownShape,
  lockdownViewShape,
  statusShape,
  verdictShape,
];

const OF_A_SITE: Api = {
  title: 'Ghostgate',
  about: ABOUT,
  endpoints: ENDPOINTS,
  shapes: SHAPES,
  nested: ['Link', 'Enforcer', 'Feed', 'Top', 'BanRecord'],
  events:
    'What happens now, as server-sent events: `verdicts` (verdicts: Verdict[], skipped), `ban` (ban: Ban), `released` (target), and `status` (Status without `you`) every few seconds.',
};

const ERROR = z
  .strictObject({ error: z.string(), hint: z.string().exactOptional() })
  .meta({ id: 'Error', description: 'What went wrong, and what to do.' });

/** Every named shape, those within others too, once. */
function schemas({ shapes, nested }: Api): object {
  const all = z.toJSONSchema(z.globalRegistry, { uri: (id) => `#/components/schemas/${id}` });
  const named = new Set([...[...shapes, ERROR].map((shape) => shape.meta()?.id), ...nested]);
  // By name: the registry's own order is that in which modules happened to be loaded.
  const found = Object.entries(all.schemas)
    .filter(([id]) => named.has(id))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    found.map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema] as const),
  );
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): object {
  const id = shape.meta()?.id;
  if (id !== undefined) return { $ref: `#/components/schemas/${id}` };
  const { $schema: _schema, ...schema } = z.toJSONSchema(shape, { io });
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$defs' ? undefined : value,
  );
  const schemaInPlace: object = JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/'));
  return schemaInPlace;
}

function operation({ method, path, summary, may, params, query, body, answer }: Described): object {
  const inPlace = (place: 'path' | 'query', given: Described['params'] = {}) =>
    Object.entries(given).map(([name, shape]) => {
      const { description, ...schema } = schemaOf(shape, 'input') as { description?: string };
      const about = description === undefined ? {} : { description };
      return { name, in: place, ...about, ...(place === 'path' ? { required: true } : {}), schema };
    });
  const parameters = [...inPlace('path', params), ...inPlace('query', query)];
  const errors = ['401', '429', ...(parameters.length > 0 || body !== undefined ? ['400'] : [])];
  if (may === 'act') errors.push('403', '409');
  return {
    operationId: `${method}${path.replaceAll(/\{\w+\}/g, 'One').replaceAll(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: content(schemaOf(body, 'input')) } }),
    responses: {
      200: { description: 'Done.', content: content(schemaOf(answer, 'output')) },
      ...Object.fromEntries(
        errors.toSorted().map((code) => [code, { $ref: `#/components/responses/${code}` }]),
      ),
    },
  };
}

function content(schema: object): object {
  return { 'application/json': { schema } };
}

function failure(description: string): object {
  const schema = { $ref: '#/components/schemas/Error' };
  return { description, content: content(schema) };
}

const RESPONSES = {
  400: failure('Written wrongly.'),
  401: failure('Nobody is logged in, or the token is wrong.'),
  403: failure('This token may only look, or the order came from another page.'),
  409: failure('The daemon refuses: the target is a trunk, for one.'),
  429: failure('Too many wrong tries; Retry-After tells how long to wait.'),
};

const ok = { 200: { description: 'Done.' } };
const othersOf = ({ events }: Api): object => ({
  '/api/events': {
    get: {
      operationId: 'getEvents',
      summary: events,
      responses: {
        200: { description: 'A stream without end.', content: { 'text/event-stream': {} } },
        401: { $ref: '#/components/responses/401' },
      },
    },
  },
  '/api/openapi.json': {
    get: { operationId: 'getOpenapi', summary: 'This document.', responses: ok },
  },
  '/api/login': {
    post: {
      operationId: 'postLogin',
      summary: 'Starts a session of a user of page.users, as a cookie.',
      security: [],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { user: { type: 'string' }, password: { type: 'string' } },
              required: ['user', 'password'],
            },
          },
        },
      },
      responses: {
        ...ok,
        401: { $ref: '#/components/responses/401' },
        429: { $ref: '#/components/responses/429' },
      },
    },
  },
  '/api/logout': {
    post: { operationId: 'postLogout', summary: 'Ends the session.', security: [], responses: ok },
  },
});
