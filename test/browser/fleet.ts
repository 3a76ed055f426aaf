import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { FleetView, SiteRow, SiteView, Told } from '../../src/judge/fleet-view.ts';
import type { FleetLook } from '../../src/web/fleet-app.ts';
import { fleetFiles } from '../web/fleet-scene.ts';
import { SIGHTS } from './chromium.ts';
import { openedFleet } from './fleet-opened.ts';
import { busyFleet } from './fleet-sites.ts';
import { HOSTILE } from './hostile.ts';
import { faultsOf, firstPaint, noFindings, noSideways, unharmed } from './inspect.ts';
import { skip } from './opened.ts';

const MOST_GZIP_BYTES = 60 * 1024;

test('the whole fleet page is below 60 kB, gzipped', () => {
  const { gzipBytes } = fleetFiles();
  console.log(`# fleet page: ${gzipBytes} bytes gzipped`);
  assert.ok(gzipBytes < MOST_GZIP_BYTES, `${gzipBytes} bytes`);
});

for (const [name, sight] of SIGHTS) {
  test(`axe finds nothing serious on the fleet page ${name}`, { skip }, async (t) => {
    const { page, port } = await openedFleet(t, busyFleet(300), sight);
    await noFindings(page, 'sites');
    await noSideways(page, 'sites');
    await page.goto(`http://127.0.0.1:${port}/#site/acme-hq`);
    await page.locator('canvas').waitFor();
    await noFindings(page, 'a site');
    await noSideways(page, 'a site');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    await noFindings(page, 'login');
  });
}

test(
  'the worst are on top; search, filter and order find the rest; a press opens one',
  { skip },
  async (t) => {
    const { page } = await openedFleet(t, busyFleet(1000));
    const first = page.locator('tbody tr').first();
    await first.getByText('silent').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 100);
    await page.getByRole('searchbox').fill('jansen-lab');
    await page.locator('tbody tr').nth(1).waitFor();
    assert.ok((await page.locator('tbody tr').count()) < 100);
    await page.getByRole('searchbox').fill('no such site');
    await page.getByText('None of them fits the search.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: /^Of them rang a phone/ }).click();
    await page.getByText('rang a phone in the last hour').nth(1).waitFor();
    await page.getByRole('button', { name: /^Sites/ }).click();
    await page.getByLabel('Order').selectOption('name');
    await first.getByText('acme-amsterdam', { exact: true }).waitFor();
    await first.getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'acme-amsterdam' }).waitFor();
    await page.getByText('ghostgate fleet revoke acme-amsterdam --because').waitFor();
    await page.getByRole('link', { name: 'Sites' }).click();
    await page.getByRole('table').waitFor();
  },
);

test('a lost fleet page shows, and so does a site that falls silent', { skip }, async (t) => {
  const fleet = busyFleet(3);
  let gone = false;
  const look: FleetLook = {
    ...fleet,
    view() {
      const view = fleet.view();
      return gone ? { ...view, sites: view.sites.map(fallen) } : view;
    },
  };
  const { page, stop } = await openedFleet(t, look);
  assert.equal(await page.locator('tr .site-state.bad').count(), 0);
  gone = true;
  await page.locator('tr .site-state.bad').nth(2).waitFor();
  await stop();
  await page.getByRole('alert').getByText('No connection to the fleet page.').waitFor();
});

test('whatever a stolen site says is shown as text', { skip }, async (t) => {
  const { page, port } = await openedFleet(t, evilFleet());
  const faults = faultsOf(page);
  for (const text of HOSTILE) {
    const shown = await page.getByText(text, { exact: false }).count();
    assert.ok(shown >= 4, `${text}: shown ${shown} times`);
  }
  await unharmed(page, 'sites');
  await noSideways(page, 'sites');
  // No name is longer: the API refuses it.
  for (const text of HOSTILE.filter(({ length }) => length <= 64)) {
    await page.goto(`http://127.0.0.1:${port}/#site/${encodeURIComponent(text)}`);
    await page.getByRole('heading', { name: 'PBXs' }).waitFor();
    await unharmed(page, text);
    await noSideways(page, text);
  }
  await page.getByText('As a table').waitFor();
  assert.deepEqual(faults, []);
  await page.goto(`http://127.0.0.1:${port}/#site/${'x'.repeat(128)}`);
  await page.getByRole('link', { name: 'All sites' }).waitFor();
});

test(
  'a thousand sites: first paint, all rows, and an update are timed (told, not judged)',
  { skip },
  async (t) => {
    const fleet = busyFleet(1000);
    let more = 0;
    const look: FleetLook = {
      ...fleet,
      view() {
        const view = fleet.view();
        return { ...view, sites: view.sites.map((row) => ({ ...row, bans: row.bans + more })) };
      },
    };
    const { page, port } = await openedFleet(t, look);
    const [paints, tables]: [number[], number[]] = [[], []];
    for (let at = 0; at < 5; at++) {
      await page.goto('about:blank');
      const before = performance.now();
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.locator('tbody tr').nth(99).waitFor();
      tables.push(performance.now() - before);
      paints.push(await firstPaint(page));
    }
    console.log(`# first contentful paint, 1,000 sites: ${list(paints)} ms`);
    console.log(
      `# until 100 of 1,000 rows are there, from the start of the visit: ${list(tables)} ms`,
    );
    const before = performance.now();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.locator('tbody tr').nth(999).waitFor();
    console.log(`# all 1,000 rows: ${Math.round(performance.now() - before)} ms`);
    for (const [what, step] of [
      ['none', 0],
      ['all 1,000', 1],
    ] as const) {
      const busy = await busyMs(page, 8000, () => (more += step));
      console.log(`# busy of 8 s while ${what} of the rows change every 2 s: ${busy} ms`);
    }
    const typed = performance.now();
    await page.getByRole('searchbox').fill('delta-hq-11');
    await page.locator('tbody tr').first().getByText('delta-hq-11').waitFor();
    console.log(`# a search in 1,000: ${Math.round(performance.now() - typed)} ms`);
  },
);

/** How long the page's own thread was busy. @param each called every second meanwhile */
async function busyMs(page: Page, ms: number, each: () => void): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const taken = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
  const before = await taken();
  for (let passed = 0; passed < ms; passed += 1000) {
    each();
    await page.waitForTimeout(1000);
  }
  const busy = Math.round(((await taken()) - before) * 1000);
  await session.detach();
  return busy;
}

function fallen(row: SiteRow): SiteRow {
  return { ...row, state: 'silent', rank: 100 };
}

function list(times: readonly number[]): string {
  return times
    .toSorted((a, b) => a - b)
    .map((ms) => Math.round(ms))
    .join(', ');
}

/** As no server of ours would tell it: hostile texts in every place, longer than any is. */
function evilFleet(): FleetLook {
  const now = Date.now();
  const rows = HOSTILE.map((text): SiteRow => ({
    site: text,
    state: 'ok',
    heardAt: now,
    mode: text,
    version: text,
    isOld: true,
    pbxs: [{ name: text, kind: text, state: text, since: now }],
    hour: { stopped: 1, good: 1, rang: 1, bans: 1 },
    bans: 1,
    unsent: 0,
    notices: 1,
    policy: { ring: text, version: 7, refused: { version: 8, why: text } },
    rank: 90,
    troubles: [{ tone: 'bad', text }],
  }));
  const base = busyFleet(3);
  const told = HOSTILE.map((text): Told => ({
    site: text,
    target: text,
    rule: text,
    proof: 'proven',
    at: now,
    until: now + 9e6,
    alsoBy: [text],
  }));
  return {
    view: (): FleetView => ({
      ...base.view(),
      sites: rows,
      link: { state: 'connecting', since: now, problem: HOSTILE[1] ?? '' },
    }),
    site(name): SiteView | undefined {
      const row = rows.find(({ site }) => site === name);
      const known = base.site('acme-hq');
      if (row === undefined || known === undefined) return undefined;
      return { ...known, row, notices: HOSTILE, told, others: told, revokedBecause: name };
    },
  };
}
