import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Central, CentralStart } from '../../../src/central.ts';
import { startCentral } from '../../../src/central.ts';
import type { MakeLog } from '../../../src/daemon/log.ts';
import { ask } from '../../../src/cli/client.ts';
import type { CentralReport, CentralSite } from '../../../src/web/central.ts';

/** A folder of policies and the process that guards them. */
export interface CentralScene {
  readonly folder: string;
  readonly sites: string;
  readonly socket: string;
  readonly start: CentralStart;
  /** Writes the policy of a site on the fake PBX at this port. */
  write(file: string, site: string, port: number, more?: string): void;
  run(logs?: MakeLog): Promise<Central>;
  report(): Promise<CentralReport>;
  /** Resolves with the report of the site of this file once it fits. */
  until(file: string, fits: (site: CentralSite) => boolean): Promise<CentralSite>;
  close(): Promise<void>;
}

export function centralScene(more: Partial<CentralStart> = {}): CentralScene {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-central-'));
  const sites = join(folder, 'sites');
  const run = join(folder, 'run');
  mkdirSync(sites);
  const socket = join(run, 'central.sock');
  const start: CentralStart = {
    folder: sites,
    places: { state: join(folder, 'state'), run },
    socket,
    metrics: undefined,
    version: '0.0.0',
    pollMs: 40,
    retryMs: 200,
    ...more,
  };
  let central: Central | undefined;
  process.env['TEST_SECRET'] = 'secret';

  const report = async (): Promise<CentralReport> => {
    const reply = await ask<CentralReport>(socket, 'GET', '/central');
    if (!reply.ok) throw new Error(reply.error);
    return reply.body;
  };
  return {
    folder,
    sites,
    socket,
    start,
    write(file, site, port, text = '') {
      writeFileSync(
        join(sites, file),
        `site: ${site}
mode: enforce
pbxs:
  - name: pbx
    asterisk: { port: ${port}, username: ghostgate, secret: { env: TEST_SECRET } }
${text}
`,
      );
    },
    async run(logs = () => pino({ level: 'silent' })) {
      central = await startCentral(start, logs, () => undefined);
      return central;
    },
    report,
    async until(file, fits) {
      for (let tries = 0; tries < 400; tries++) {
        const site = (await report()).sites.find((each) => each.file === join(sites, file));
        if (site !== undefined && fits(site)) return site;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`${file} did not come to it: ${JSON.stringify(await report())}`);
    },
    async close() {
      await central?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function isUp({ state, pbxs = [] }: CentralSite): boolean {
  return state === 'running' && pbxs.every((pbx) => pbx.state === 'up');
}
