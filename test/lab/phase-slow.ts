import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBuild } from './daemon.ts';
import { ghostCall } from './good.ts';
import { PBX, scanner } from './net.ts';
import { eventually, run } from './process.ts';
import type { Scene } from './scene.ts';
import { sip } from './sip.ts';

const SLOW = scanner(95);
const TRIES = ['7001', '7002'];
const DAY_MS = 86_400_000;

/**
 * Days cannot be waited for: the lab plays two tries, too few for any other rule, takes what the
 * PBX told of them out of the journal, lets the first come again the next day, and has the same judge
 * replay that. Not on a chan_sip without guests, which tells of neither calls nor accounts, and by
 * calls where there are guests: there PJSIP names the account of a REGISTER `anonymous`.
 */
export async function slowScan(scene: Scene, folder: string, policy: string): Promise<void> {
  const { variant, told, daemon } = scene;
  if (variant.driver !== 'pjsip' && !variant.guests) return;
  for (const target of TRIES) await tryOnce(scene, target);
  const kind = variant.guests ? 'call' : 'unknown-account';
  const found = await eventually(5000, () => {
    const lines = journalOf(join(folder, 'store', 'journal'), kind);
    return lines.length >= TRIES.length ? lines : undefined;
  });
  told.check('slow scan: the journal has every try', found !== undefined);
  const bans = await daemon.bans();
  const free = bans.every(({ target }) => target !== SLOW);
  told.check('slow scan: too few for any rule in one day', free);
  if (found === undefined) return;
  const moved = join(folder, 'slow');
  mkdirSync(moved);
  const file = join(moved, 'slow.jsonl');
  const [first = '', second = ''] = found.value;
  writeFileSync(file, [first, second, later(first, 1), ''].join('\n'));
  const policyFile = join(moved, 'policy.yaml');
  writeFileSync(policyFile, `${policy}rules: { slow-scan: { tries: 2, days: 2 } }\n`);
  const words = [fromBuild('src', 'main.js'), 'replay', file, '--policy', policyFile, '--json'];
  const { stdout } = await run('node', words);
  const shutOut = stdout.includes('"slow-scan"');
  told.check('slow scan: over two days it is shut out', shutOut, shutOut ? undefined : stdout);
}

async function tryOnce({ net, variant }: Scene, target: string): Promise<void> {
  const userAgent = 'Z 5.4.12';
  if (variant.guests) {
    const call = { from: SLOW, caller: '4930901840', called: target, userAgent };
    await ghostCall(net, variant, call);
    return;
  }
  const task = { host: PBX, port: variant.port, from: SLOW, user: target, count: 1, waitMs: 300 };
  await sip(net.scanners, { method: 'REGISTER', userAgent, ...task });
}

/** Lines of the journal in which the PBX tells of the slow scanner. */
function journalOf(folder: string, kind: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.includes(`"kind":"${kind}"`) && line.includes(`"${SLOW}"`));
}

/** The same event some days later. */
function later(line: string, days: number): string {
  const record: { at: number; event: { seenAt: number } } = JSON.parse(line);
  const event = { ...record.event, seenAt: record.event.seenAt + days * DAY_MS };
  return JSON.stringify({ ...record, at: record.at + days * DAY_MS, event });
}
