// Makes the README's pictures: the page as a busy PBX shows it, in docs/images.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { pageScene } from '../web/page-scene.ts';
import type { Sight } from './chromium.ts';
import { PHONE, openBrowser } from './chromium.ts';
import { logIn } from './log-in.ts';
import type { Shown } from './scene.ts';
import { busyControl } from './scene.ts';

const folder = process.argv[2] ?? fromRoot('docs/images');
const SHOTS: readonly [name: string, sight: Sight, shown: Shown, hash?: string][] = [
  ['page-light', {}, {}],
  ['page-dark', { scheme: 'dark' }, {}],
  ['page-phone', PHONE, {}],
  ['page-phone-dark-bans', { ...PHONE, scheme: 'dark' }, {}, '#bans'],
  ['page-bans', {}, {}, '#bans'],
  ['page-observe', {}, { mode: 'observe' }],
  ['page-audit', {}, {}, '#audit'],
];

mkdirSync(folder, { recursive: true });
const closing: (() => unknown)[] = [];
const only = process.argv[3];
for (const [name, sight, shown, hash = ''] of SHOTS) {
  if (only !== undefined && only !== name) continue;
  const { port } = await pageScene(
    { after: (close) => void closing.push(() => close) },
    busyControl(shown),
  );
  const browser = await openBrowser(sight);
  await logIn(browser.page, port);
  if (hash !== '') await browser.page.goto(`http://127.0.0.1:${port}/${hash}`);
  await browser.page.waitForSelector(hash === '' ? 'canvas' : 'tbody');
  await browser.page.waitForTimeout(500);
  await browser.page.screenshot({ path: join(folder, `${name}.png`) });
  await browser.close();
}
process.exit(0);
