import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { builtFiles, pageScene } from '../web/page-scene.ts';
import { aRow } from '../store/rows.ts';
import { openBrowser } from './chromium.ts';
import { firstPaint, focused } from './inspect.ts';
import { logIn } from './log-in.ts';
import { opened, skip } from './opened.ts';
import { busyControl } from './scene.ts';

const MOST_GZIP_BYTES = 60 * 1024;

test('the whole page is below 60 kB, gzipped', () => {
  const { gzipBytes } = builtFiles();
  console.log(`# page: ${gzipBytes} bytes gzipped`);
  assert.ok(gzipBytes < MOST_GZIP_BYTES, `${gzipBytes} bytes`);
});

test('keys are enough to let a source in, by two presses', { skip }, async (t) => {
  const control = busyControl();
  const { page, port } = await opened(t, control);
  await page.goto(`http://127.0.0.1:${port}/#bans`);
  const [first] = control.bans();
  const name = `Let in ${first?.target ?? ''}`;
  await page.getByRole('button', { name, exact: true }).waitFor();
  await tabTo(page, name);
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), `Confirm: let in ${first?.target ?? ''}`);
  assert.deepEqual(control.released, [], 'one press does nothing');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), name, 'Escape takes it back');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await page.getByText(`${first?.target ?? ''} is let in again`).waitFor();
  assert.deepEqual(control.released, [first?.target]);
  assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0);
  const [second] = control.bans();
  assert.equal(await focused(page), `Let in ${second?.target ?? ''}`, 'the next one has the focus');
  await page.getByRole('searchbox').fill('2001:db8::9');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('2001:db8::9').first().waitFor();
});

test(
  'the page lives: verdicts come, stop when told to, and a lost daemon shows',
  { skip },
  async (t) => {
    const control = busyControl();
    const { page, stop } = await opened(t, control);
    const row = aRow({ seenAt: Date.now(), callingNumber: 'first ghost' });
    control.tell({ kind: 'verdicts', verdicts: [row], skipped: 0 });
    await page.getByText('first ghost').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    control.tell({
      kind: 'verdicts',
      verdicts: [{ ...row, callingNumber: 'second ghost' }],
      skipped: 0,
    });
    await page.getByRole('button', { name: 'Go on' }).click();
    control.tell({
      kind: 'verdicts',
      verdicts: [{ ...row, callingNumber: 'third ghost' }],
      skipped: 0,
    });
    await page.getByText('third ghost').waitFor();
    assert.equal(await page.getByText('second ghost').count(), 0);
    await stop();
    await page.getByText('what you see may be old').waitFor();
    await page.getByRole('alert').getByText('No connection to Ghostgate.').waitFor();
  },
);

test(
  'a wrong password is told, a right one opens, and an end of the session asks again',
  { skip },
  async (t) => {
    const scene = await pageScene(t, busyControl());
    const { page, close } = await openBrowser();
    t.after(close);
    await page.goto(`http://127.0.0.1:${scene.port}/`);
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('wrong name or password').waitFor();
    await logIn(page, scene.port);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
  },
);

test('the first paint is timed (told, not judged)', { skip }, async (t) => {
  const { page, port } = await opened(t, busyControl());
  const times: number[] = [];
  for (let at = 0; at < 7; at++) {
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator('canvas').waitFor();
    times.push(await firstPaint(page));
  }
  times.sort((a, b) => a - b);
  console.log(`# first contentful paint: ${times.map((ms) => Math.round(ms)).join(', ')} ms`);
  assert.ok(times.every((ms) => ms > 0));
});

const MOST_TABS = 40;

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  assert.fail(`${MOST_TABS} presses of Tab do not reach ${name}`);
}
