import type { TestContext } from 'node:test';
import type { AuditEntry } from '../../src/judge/audit.ts';
import { createEntry } from '../../src/web/entry.ts';
import type { FleetLook } from '../../src/web/fleet-app.ts';
import { fleetApp } from '../../src/web/fleet-app.ts';
import type { PageFiles } from '../../src/web/page-files.ts';
import { readPageFiles } from '../../src/web/page-files.ts';
import { servePage } from '../../src/web/page-server.ts';
import type { Answer } from './exchange.ts';
import { exchange } from './exchange.ts';
import type { Asked } from './page-scene.ts';
import { aPage } from './page-scene.ts';

export interface FleetScene {
  readonly port: number;
  readonly trail: Omit<AuditEntry, 'at'>[];
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
}

export function fleetFiles(): PageFiles {
  return readPageFiles(new URL('../../src/web/page/', import.meta.url), 'fleet');
}

/** The fleet page with its API on a real port until the test ends. */
export async function fleetScene(
  t: Pick<TestContext, 'after'>,
  look: FleetLook,
): Promise<FleetScene> {
  const page = aPage();
  const trail: Omit<AuditEntry, 'at'>[] = [];
  const app = fleetApp({
    page,
    look,
    entry: createEntry(() => page, Date.now),
    files: fleetFiles(),
    version: '0.0.0',
    keepAudit: (entry) => void trail.push(entry),
    now: Date.now,
  });
  const server = await servePage(page, app, (error) => {
    throw error;
  });
  t.after(() => server.close());
  const { port = 0 } = server;
  return {
    port,
    trail,
    ask(method, path, { headers = {}, body } = {}) {
      const sent = body === undefined ? '' : JSON.stringify(body);
      const length = { 'content-length': String(Buffer.byteLength(sent)) };
      return exchange({ port, method, path, headers: { ...length, ...headers } }, sent);
    },
  };
}
