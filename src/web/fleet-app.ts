import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { AuditEntry } from '../judge/audit.ts';
import type { FleetView, SiteView } from '../judge/fleet-view.ts';
import type { PagePolicy } from '../policy/policy-page.ts';
import { NAME } from './asked.ts';
import type { Endpoint } from './endpoint.ts';
import type { Asker, Entry } from './entry.ts';
import { boundedStream } from './events.ts';
import type { Board } from './fleet-board.ts';
import { createBoard } from './fleet-board.ts';
import { fleetShape, siteRowShape, siteShape, toldShape } from './fleet-shapes.ts';
import { guardedApp } from './guarded-app.ts';
import { openApiOf } from './openapi.ts';
import type { PageFiles } from './page-files.ts';

/** What the fleet page shows. The calls are quick and never throw. */
export interface FleetLook {
  view(): FleetView;
  /** Undefined when no site is called so. */
  site(name: string): SiteView | undefined;
}

export interface FleetAppParts {
  readonly page: PagePolicy;
  readonly look: FleetLook;
  readonly entry: Entry;
  readonly files: PageFiles;
  readonly version: string;
  readonly keepAudit: (entry: Omit<AuditEntry, 'at'>) => void;
  readonly now: () => number;
}

/** The page of a whole fleet and its API. It only looks. */
export function fleetApp(parts: FleetAppParts): Hono<{ Variables: { asker: Asker } }> {
  const { page, look, entry, files, version, keepAudit } = parts;
  const board = createBoard(() => look.view(), parts.now);
  return guardedApp<FleetLook>({
    policy: () => page,
    entry,
    files,
    endpoints: FLEET_ENDPOINTS,
    answers: () => look,
    openApi: fleetOpenApi(version),
    events: (context, isStillIn) => streamFleet(context, board, isStillIn),
    keepAudit,
  });
}

/** The API as an OpenAPI 3.1 document: docs/openapi-fleet.json, and served at /api/openapi.json. */
export function fleetOpenApi(version: string): object {
  return openApiOf(version, {
    title: 'Ghostgate fleet',
    about: ABOUT,
    endpoints: FLEET_ENDPOINTS,
    shapes: [fleetShape, siteRowShape, siteShape, toldShape],
    nested: [],
    events:
      'How the sites are, as server-sent events: `fleet` (head: Fleet without `sites`, sites: SiteRow[]), all rows at first, then every few seconds those that changed.',
  });
}

const ABOUT =
  'Served by `ghostgate fleet page`. It only looks: orders are given by `ghostgate fleet`. Programs send a token of `page.tokens` as `Authorization: Bearer`. Times are milliseconds since the epoch. Texts of a site are its own: show them as text.';

const FLEET_ENDPOINTS: readonly Endpoint<FleetLook>[] = [
  {
    method: 'get',
    path: '/you',
    summary: 'Who is logged in.',
    may: 'read',
    answer: z.strictObject({ by: z.string() }),
    handle: (_look, { asker: { by } }) => ({ answer: { by } }),
  },
  {
    method: 'get',
    path: '/fleet',
    summary: 'Every site, worst first: state, links, rates, what to put right.',
    may: 'read',
    answer: fleetShape,
    handle: (look) => ({ answer: look.view() }),
  },
  {
    method: 'get',
    path: '/fleet/sites/{site}',
    summary: 'One site: counters, the last day by ten minutes, notices, what it tells of sources.',
    may: 'read',
    params: { site: NAME },
    answer: siteShape,
    handle(look, { params }) {
      const site = look.site(String(params['site']));
      return site === undefined
        ? { missing: 'no site of the fleet is called so' }
        : { answer: site };
    },
  },
];

const STEP_MS = 2000;

function streamFleet(context: Context, board: Board, isStillIn: () => boolean): Response {
  return boundedStream(context, async (stream) => {
    let wake: (() => void) | undefined;
    stream.onAbort(() => wake?.());
    let seen = 0;
    // Whoever logged out sees no more.
    while (!stream.aborted && !stream.closed && isStillIn()) {
      const { look, json } = board.since(seen);
      seen = look;
      await stream.writeSSE({ event: 'fleet', data: json });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, STEP_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  });
}
