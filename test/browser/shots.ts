// Makes the README's pictures: the page as a busy PBX shows it. shots.js [FOLDER [NAME]]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { pageScene } from '../web/page-scene.ts';
import type { Sight } from './chromium.ts';
import { PHONE, openBrowser } from './chromium.ts';
import { logIn } from './log-in.ts';
import type { Shown } from './scene.ts';
import { busyControl } from './scene.ts';

const [folder = fromRoot('docs/images'), only] = process.argv.slice(2);
type Shot = readonly [name: string, sight: Sight, shown: Shown, hash?: string];
const README: readonly Shot[] = [
  ['page', {}, {}],
  ['page-dark', { scheme: 'dark' }, {}],
  ['page-phone', PHONE, {}],
];
/** To look at while the page changes. */
const MORE: readonly Shot[] = [
  ['bans', {}, {}, '#bans'],
  ['bans-phone', { ...PHONE, scheme: 'dark' }, {}, '#bans'],
  ['observe', {}, { mode: 'observe' }],
  ['audit', {}, {}, '#audit'],
];

mkdirSync(folder, { recursive: true });
const closing: (() => unknown)[] = [];
const shots = only === undefined ? README : [...README, ...MORE].filter(([name]) => name === only);
for (const [name, sight, shown, hash = ''] of shots) {
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
