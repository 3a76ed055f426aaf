import type { Page } from 'playwright-core';
import type { FleetLook } from '../../src/web/fleet-app.ts';
import { USER } from '../web/page-scene.ts';
import { fleetScene } from '../web/fleet-scene.ts';
import type { Sight } from './chromium.ts';
import { openBrowser } from './chromium.ts';

/** The fleet page in a browser of its own, logged in as a person does. */
export async function openedFleet(
  t: { after: (work: () => unknown) => void },
  look: FleetLook,
  sight: Sight = {},
): Promise<{ readonly page: Page; readonly port: number; readonly stop: () => Promise<void> }> {
  const ends: (() => unknown)[] = [];
  const { port } = await fleetScene(
    { after: (work) => void ends.push(work as () => unknown) },
    look,
  );
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end();
  };
  t.after(stop);
  const { page, close } = await openBrowser(sight);
  t.after(close);
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByLabel('Name').fill(USER.user);
  await page.getByLabel('Password').fill(USER.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('table').waitFor();
  return { page, port, stop };
}
