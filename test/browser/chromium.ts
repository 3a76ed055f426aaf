import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';

/** Debian's package `chromium`. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function hasChromium(): boolean {
  return existsSync(CHROMIUM);
}

export interface Sight {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the screen for one of the page. */
  readonly scale?: number;
}

export const PHONE: Sight = { width: 390, height: 844, scale: 2 };
/** Every way the pages are looked at by axe. */
export const SIGHTS: readonly (readonly [name: string, sight: Sight])[] = [
  ['in light', {}],
  ['in dark', { scheme: 'dark' }],
  ['on a phone', PHONE],
  ['on a phone in dark', { ...PHONE, scheme: 'dark' }],
];

/** A real browser with a folder of its own, gone with `close`. */
export async function openBrowser(sight: Sight = {}): Promise<{
  readonly context: BrowserContext;
  readonly page: Page;
  readonly close: () => Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-chromium-'));
  const { scheme = 'light', width = 1360, height = 900, scale = 1 } = sight;
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: CHROMIUM,
    headless: true,
    args: ARGS,
    colorScheme: scheme,
    viewport: { width, height },
    deviceScaleFactor: scale,
    reducedMotion: 'reduce',
  });
  const [page = await context.newPage()] = context.pages();
  return {
    context,
    page,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
