import type { FleetView, SiteView } from '../judge/fleet-view.ts';
import { signingKey } from '../fleet/nkey.ts';
import { openViewer } from '../fleet/viewer.ts';
import type { FleetPagePolicy } from '../policy/load-fleet-page.ts';
import { createEntry } from '../web/entry.ts';
import { fleetApp } from '../web/fleet-app.ts';
import { readPageFiles } from '../web/page-files.ts';
import { servePage } from '../web/page-server.ts';
import type { Log } from './log.ts';

/** The page of a whole fleet, until it is closed. */
export interface FleetPage {
  readonly port: number | undefined;
  view(): FleetView;
  site(name: string): SiteView | undefined;
  close(): Promise<void>;
}

/** Rejects with ListenError when it cannot be served where the file says; NATS may be away. */
export async function startFleetPage(
  { fleet, page }: FleetPagePolicy,
  version: string,
  log: Pick<Log, 'info' | 'warn' | 'error'>,
  now: () => number = Date.now,
): Promise<FleetPage> {
  const key = signingKey(fleet.seed);
  if (key === undefined) throw new Error('the key of fleet.credentials is damaged');
  const { servers, caFile, operator } = fleet;
  const viewer = openViewer({
    reach: { servers, caFile },
    key,
    operator,
    version,
    failed: (why) =>
      log.warn({ event: 'fleet', why }, 'the fleet is not reached or read; tried again'),
    now,
  });
  const app = fleetApp({
    page,
    look: viewer,
    entry: createEntry(() => page, now),
    files: readPageFiles(new URL('../web/page/', import.meta.url), 'fleet'),
    version,
    keepAudit: (entry) => log.info({ event: 'audit', ...entry }, 'audit'),
    now,
  });
  try {
    const server = await servePage(page, app, (error) =>
      log.error({ err: error, event: 'page' }, 'the page is not served as the file says'),
    );
    log.info({ event: 'page', listen: page.listen, port: server.port }, 'the fleet page is served');
    return {
      port: server.port,
      view: () => viewer.view(),
      site: (name) => viewer.site(name),
      async close() {
        await server.close();
        await viewer.close();
      },
    };
  } catch (error) {
    await viewer.close();
    throw error;
  }
}
