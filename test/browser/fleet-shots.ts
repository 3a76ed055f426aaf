// Pictures of the fleet page, to look at and for docs/fleet.md. fleet-shots.js [FOLDER [NAME]]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import type { Sight } from './chromium.ts';
import { PHONE } from './chromium.ts';
import { openedFleet } from './fleet-opened.ts';
import { busyFleet } from './fleet-sites.ts';

const [folder = fromRoot('docs/images'), only] = process.argv.slice(2);
const SHOTS: readonly (readonly [name: string, sight: Sight, site?: string])[] = [
  ['fleet', {}],
  ['fleet-site', {}, 'acme-hq'],
  ['fleet-dark', { scheme: 'dark' }],
  ['fleet-phone', PHONE],
  ['fleet-site-phone', { ...PHONE, scheme: 'dark' }, 'acme-hq'],
];

mkdirSync(folder, { recursive: true });
const look = busyFleet(1000);
for (const [name, sight, site] of SHOTS.filter(([each]) => only === undefined || each === only)) {
  const ends: (() => unknown)[] = [];
  const { page, port } = await openedFleet({ after: (end) => void ends.unshift(end) }, look, sight);
  if (site !== undefined) {
    await page.goto(`http://127.0.0.1:${port}/#site/${site}`);
    await page.waitForSelector('canvas');
  }
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  for (const end of ends) await end();
}
process.exit(0);
