import type { AuditEntry } from '../../src/judge/audit.ts';
import type { History, Measure } from '../../src/judge/history.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchange } from '../web/exchange.ts';
import type { Scene } from './scene.ts';

/** In no phase's way: nobody of the lab calls from there. */
const BYSTANDER = '198.51.100.250';
const PAGE_TOKEN = 'token-of-the-lab-for-the-page';

/** The policy's block for the page, on a socket that the lab reaches from outside the namespace. */
export function pageBlock(folder: string): string {
  const file = join(folder, 'page.token');
  writeFileSync(file, PAGE_TOKEN, { mode: 0o600 });
  return `page:
  listen: ${pageSocket(folder)}
  tokens: [{ name: lab, token: { file: ${file} }, may: act }]
`;
}

/** What the API tells has to be what the daemon did: counts, the busiest, and who let a source in. */
export async function pageTells(scene: Scene, folder: string): Promise<void> {
  const { told, daemon } = scene;
  const { calls, notices } = await daemon.status();
  const history = await ask<History>(folder, 'GET', '/api/history?hours=1');
  const sum = (measure: Measure): number =>
    history.counts
      .filter((count) => count.measure === measure)
      .reduce((total, { count }) => total + count, 0);
  const stopped = sum('stopped');
  told.check(
    'API: every rejected call is counted as stopped',
    stopped >= calls.rejected && stopped <= calls.judged,
    `${stopped} stopped, ${calls.rejected} rejected, ${calls.judged} judged`,
  );
  const passed = sum('passed');
  told.check('API: good calls are counted as passed', passed > 0, `${passed} passed`);
  const bans = await daemon.bans();
  const busiest = new Set(history.sources.map(({ name }) => name));
  const found = bans.filter(({ target }) => busiest.has(target)).length;
  told.check(
    'API: those shut out are the busiest sources',
    found > 0 && found >= Math.min(bans.length, busiest.size) / 2,
    `${found} of ${bans.length} bans among the ${busiest.size} busiest`,
  );
  const shown = await ask<{ notices: string[] }>(folder, 'GET', '/api/notices');
  told.check(
    'API: the same notices as status',
    JSON.stringify(shown.notices) === JSON.stringify(notices),
    `${shown.notices.length} and ${notices.length}`,
  );

  const because = 'the lab asks for it';
  await ask(folder, 'POST', '/api/bans', { target: BYSTANDER, seconds: 600, because });
  const held = (await daemon.bans()).some(({ target }) => target === BYSTANDER);
  await ask(folder, 'DELETE', `/api/bans/${BYSTANDER}`, { because });
  const left = (await daemon.bans()).some(({ target }) => target === BYSTANDER);
  told.check('API: shuts out and lets in', held && !left, `held ${held}, left ${left}`);
  const { audit }: { audit: AuditEntry[] } = JSON.parse(await daemon.command('audit', '--json'));
  const own = audit.filter(({ target }) => target === BYSTANDER);
  told.check(
    'audit: it names who did both',
    own.length === 2 && own.every(({ by, door }) => by === 'lab' && door === 'token'),
    JSON.stringify(own),
  );
}

async function ask<Body>(
  folder: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const sent = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    host: 'localhost',
    authorization: `Bearer ${PAGE_TOKEN}`,
    'content-length': Buffer.byteLength(sent),
  };
  const answer = await exchange({ socketPath: pageSocket(folder), method, path, headers }, sent);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as Body;
}

function pageSocket(folder: string): string {
  return join(folder, 'page.sock');
}
