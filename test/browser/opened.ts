import type { Page } from 'playwright-core';
import { pageScene } from '../web/page-scene.ts';
import type { Sight } from './chromium.ts';
import { CHROMIUM, hasChromium, openBrowser } from './chromium.ts';
import { logIn } from './log-in.ts';
import type { BrowserScene } from './scene.ts';

/** Why no browser test can run here; false when they can. */
export const skip = hasChromium() ? false : `no ${CHROMIUM}: apt-get install chromium`;

export interface Opened {
  readonly page: Page;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** The page of this control in a browser of its own, logged in. */
export async function opened(
  t: { after: (work: () => unknown) => void },
  control: BrowserScene,
  sight: Sight = {},
): Promise<Opened> {
  const ends: (() => unknown)[] = [];
  const { port } = await pageScene(
    { after: (work) => void ends.push(work as () => unknown) },
    control,
  );
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end();
  };
  t.after(stop);
  const { page, close } = await openBrowser(sight);
  t.after(close);
  await logIn(page, port);
  return { page, port, stop };
}
