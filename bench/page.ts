// The page: bytes of a first visit, time to its first and largest paint over loopback in Debian's
// Chromium, and what counting over time costs each judged event.
import type { BrowserContext, Page } from 'playwright-core';
import { createChronicle } from '../src/daemon/chronicle.ts';
import { builtFiles, pageScene } from '../test/web/page-scene.ts';
import { hasChromium, openBrowser } from '../test/browser/chromium.ts';
import { logIn } from '../test/browser/log-in.ts';
import { busyControl } from '../test/browser/scene.ts';
import { policyOf } from '../test/judge/fixture.ts';
import { percentile, table, thousands } from './figures.ts';

const VISITS = 30;
const EVENTS = 1_000_000;
const SOURCES = 10_000;
const PAINTS = `new Promise((resolve) => {
  const first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  new PerformanceObserver((list) => {
    resolve({ first, largest: list.getEntries().at(-1).startTime });
  }).observe({ type: 'largest-contentful-paint', buffered: true });
})`;

console.log(
  table([
    ['', 'figure'],
    ['page, gzipped', `${thousands(builtFiles().gzipBytes)} bytes`],
  ]),
);
console.log(
  table([
    ['', 'ns an event'],
    ['counted over time, 10,000 sources', thousands(counting())],
  ]),
);
if (hasChromium()) {
  const { first, largest } = await paints();
  console.log(
    table([
      ['loopback, ms', 'p50', 'p95'],
      ['first paint', ...figures(first)],
      ['largest paint', ...figures(largest)],
    ]),
  );
} else console.log('no chromium: apt-get install chromium');
console.log('promise: first paint under 300 ms on loopback, under 60 kB gzipped');
process.exit(0);

/** Nanoseconds that one judged event costs in counts. */
function counting(): number {
  const policy = policyOf();
  const chronicle = createChronicle({
    policy: () => policy,
    store: { count: () => {}, topsOf: () => [] },
    links: { reachable: () => [] },
    telling: { tell: () => {} },
    failed: () => {},
    now: Date.now,
  });
  const calls = Array.from({ length: SOURCES }, (_, at) => {
    const target = `203.0.${at % 100}.${Math.floor(at / 100)}`;
    const source = { address: target, port: 5060, transport: 'udp' } as const;
    const facts = { pbx: 'bench', seenAt: 0, source, channel: 'c', calledNumber: '011972' };
    const event = { kind: 'call', proof: 'forgeable', ...facts } as const;
    const why = 'calls as 100';
    const verdict = { answer: 'ban', rule: 'junk-caller-id', why, proof: 'forgeable' } as const;
    return { event, verdict: { ...verdict, target } };
  });
  const began = performance.now();
  for (let round = 0; round < EVENTS / SOURCES; round++) {
    for (const { event, verdict } of calls) chronicle.judged(event, verdict);
  }
  const ns = ((performance.now() - began) / EVENTS) * 1e6;
  chronicle.close();
  return ns;
}

/** Visits by somebody logged in, each with an empty cache. */
async function paints(): Promise<{ first: number[]; largest: number[] }> {
  const { port } = await pageScene({ after: () => {} }, busyControl());
  const { context, page, close } = await openBrowser();
  await logIn(page, port);
  const first: number[] = [];
  const largest: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    await forget(context, page);
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator('canvas').waitFor();
    await page.waitForTimeout(200);
    const paint = await page.evaluate<{ first: number; largest: number }>(PAINTS);
    first.push(paint.first);
    largest.push(paint.largest);
  }
  await close();
  return { first, largest };
}

async function forget(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await session.detach();
}

function figures(times: readonly number[]): string[] {
  return [0.5, 0.95].map((share) => Math.round(percentile(times, share)).toString());
}
