import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Nothing of theirs ran, and no element is there that we did not make. */
export async function unharmed(page: Page, where: string): Promise<void> {
  const found = (await look(
    page,
    `({
      pwned: typeof window.pwned,
      made: document.querySelectorAll('iframe, svg, style, object, embed, base, [onerror], [onload]').length,
      scripts: document.scripts.length,
      headings: document.querySelectorAll('h1').length,
      strangers: [...document.images, ...document.links].map(({ src, href }) => src ?? href)
        .filter((address) => !address.startsWith(location.origin + '/')),
    })`,
  )) as Record<string, unknown>;
  const wanted = { pwned: 'undefined', made: 0, scripts: 1, headings: 1, strangers: [] };
  assert.deepEqual(found, wanted, where);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** axe finds nothing serious or critical. */
export async function noFindings(page: Page, where: string): Promise<void> {
  const run = 'axe.run(document).then(({ violations }) => violations)';
  const violations = (await look(page, `${AXE}; ${run}`, 'apart')) as Finding[];
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const words = serious.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
  assert.deepEqual(words, [], where);
}

/** Nothing makes a phone scroll sideways. */
export async function noSideways(page: Page, where: string): Promise<void> {
  const root = 'document.documentElement';
  const over = Number(await look(page, `${root}.scrollWidth - ${root}.clientWidth`));
  assert.ok(over <= 0, `${where}: ${over} px too wide`);
}

/** What the focused element is called. */
export async function focused(page: Page): Promise<string> {
  const at = 'document.activeElement';
  return String(await look(page, `${at}?.getAttribute('aria-label') ?? ${at}?.textContent ?? ''`));
}

/** Milliseconds from the start of the visit. */
export async function firstPaint(page: Page): Promise<number> {
  const entry = `performance.getEntriesByName('first-contentful-paint')[0]`;
  return Number(await look(page, `${entry}?.startTime ?? 0`));
}

/**
 * What an expression gives in the page, asked by the debugger: the page's own policy lets nothing of ours in.
 * @param world `apart` shares the elements with the page but none of its values
 */
async function look(page: Page, expression: string, world?: 'apart'): Promise<unknown> {
  const session = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await session.send('Page.getFrameTree');
    const frameId = frameTree.frame.id;
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const contextId =
      world === 'apart'
        ? (await session.send('Page.createIsolatedWorld', { frameId })).executionContextId
        : undefined;
    const where = contextId === undefined ? asked : { ...asked, contextId };
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', where);
    assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
    return result.value;
  } finally {
    await session.detach();
  }
}

/** What the browser refuses or reports: a violation of the page's policy is one. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
}
