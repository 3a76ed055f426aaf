import { test } from 'node:test';
import { SIGHTS } from './chromium.ts';
import { noFindings, noSideways } from './inspect.ts';
import { opened, skip } from './opened.ts';
import type { Shown } from './scene.ts';
import { busyControl } from './scene.ts';

const STATES: readonly [string, Shown][] = [
  ['busy', {}],
  [
    'quiet',
    {
      mode: 'observe',
      verdicts: [],
      bans: [],
      audit: [],
      status: { notices: [] },
      history: () => ({ since: 0, until: 1, stepMs: 60_000, counts: [], sources: [], dialled: [] }),
    },
  ],
  [
    'troubled',
    {
      status: {
        policy: {
          path: '/etc/ghostgate/policy.yaml',
          loadedAt: 0,
          error: 'policy.yaml:12:7 trunks[0]: not an address',
        },
        enforcers: [
          {
            name: 'nftables',
            state: 'failing',
            problem: 'no table',
            present: 0,
            drift: { added: 0, released: 0 },
          },
        ],
        trunks: [{ name: 'gntel', addresses: 0, problem: 'DNS does not answer' }],
        lockdown: {
          state: 'on',
          inForce: false,
          droppedPackets: 3,
          problem: 'not in the packet filter',
        },
      },
    },
  ],
];

for (const [name, sight] of SIGHTS) {
  test(`axe finds nothing serious ${name}`, { skip }, async (t) => {
    for (const [what, shown] of STATES) {
      const { page, port } = await opened(t, busyControl(shown), sight);
      await noFindings(page, `${what}: overview`);
      await noSideways(page, `${what}: overview`);
      if (what !== 'quiet') {
        await page.locator('.bars button.link').first().click();
        await page.getByRole('heading', { name: 'What is remembered' }).waitFor();
        await noFindings(page, `${what}: story`);
        await page.keyboard.press('Escape');
      }
      for (const hash of ['bans', 'audit']) {
        await page.goto(`http://127.0.0.1:${port}/#${hash}`);
        await page.locator(`#${hash}-title`).waitFor();
        await noFindings(page, `${what}: ${hash}`);
        await noSideways(page, `${what}: ${hash}`);
      }
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('Password').waitFor();
      await noFindings(page, `${what}: login`);
    }
  });
}
