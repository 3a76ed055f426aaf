import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryTop, TopKind } from '../../src/judge/history.ts';
import { aBan, anExplanation } from '../web/fake-control.ts';
import { aRow } from '../store/rows.ts';
import { HOSTILE } from './hostile.ts';
import { faultsOf, unharmed } from './inspect.ts';
import { opened, skip } from './opened.ts';
import { busyControl } from './scene.ts';

test('what callers send is shown as text, whatever it is', { skip }, async (t) => {
  const evil = HOSTILE.map((text, at) =>
    aRow({
      seenAt: Date.now() - at,
      callingName: text,
      callingNumber: text,
      calledNumber: text,
      account: text,
      userAgent: text,
      why: text,
      rule: text,
      pbx: text,
    }),
  );
  const control = busyControl({
    verdicts: evil,
    bans: HOSTILE.map((text, at) =>
      aBan({ target: `192.0.2.${at}`, why: text, rule: text, pbx: text }),
    ),
    status: { site: HOSTILE[0] ?? '', notices: HOSTILE },
    audit: HOSTILE.map((text) => ({
      at: Date.now(),
      by: text,
      door: 'page' as const,
      from: text,
      did: 'ban' as const,
      target: text,
      because: text,
      refused: text,
    })),
    history: (hours) => ({
      ...busyControl().history(hours),
      counts: HOSTILE.map((text) => ({
        at: Date.now() - 1000,
        pbx: text,
        measure: 'stopped' as const,
        rule: text,
        count: 3,
      })),
      sources: top('source'),
      dialled: top('dialled'),
    }),
  });
  const told = {
    ...control,
    explain: (target: string) =>
      anExplanation({
        target,
        address: target,
        known: HOSTILE[1] ?? '',
        standing: HOSTILE,
        verdicts: evil,
        bans: control.bans(),
      }),
  };
  const { page, port } = await opened(t, told);
  const faults = faultsOf(page);
  control.tell({ kind: 'verdicts', verdicts: evil, skipped: 1 });
  await page.getByText('1 more came too fast').waitFor();
  for (const text of HOSTILE) {
    const shown = await page.getByText(text, { exact: false }).count();
    assert.ok(shown >= 4, `${text}: shown ${shown} times`);
  }
  await page.locator('.verdicts button.link').first().click();
  await page.getByRole('dialog').getByText('Known: <img src=x').waitFor();
  await unharmed(page, 'the story');
  await page.keyboard.press('Escape');
  await page.getByText('As a table').click();
  await unharmed(page, 'the overview');
  for (const hash of ['bans', 'audit']) {
    await page.goto(`http://127.0.0.1:${port}/#${hash}`);
    await page
      .getByText(HOSTILE[1] ?? '')
      .first()
      .waitFor();
    await unharmed(page, hash);
  }
  assert.deepEqual(faults, []);
});

function top(kind: TopKind): HistoryTop[] {
  return HOSTILE.map((name, at) => ({ kind, pbx: name, name, count: 99 - at }));
}
