import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportFigures } from '../../src/report/figures.ts';
import type { Scene } from './scene.ts';

/** The policy's block for who is told: by a sendmail of the lab's own, which keeps what it gets. */
export function notifyBlock(folder: string): string {
  const sendmail = join(folder, 'sendmail');
  writeFileSync(sendmail, `#!/bin/sh\ncat >> ${mailsOf(folder)}\n`, { mode: 0o700 });
  return `notify:
  - name: mail
    email: { to: [noc@example.com], from: gate@example.com, sendmail: ${sendmail} }
    on: [rang, notice, breaker, link, ban, canary]
    group: 2s
    most_per_hour: 1000
`;
}

/** The report has to say what status says, and those who want to be told have to be. */
export async function reportTells(scene: Scene, folder: string): Promise<void> {
  const { told, daemon, variant } = scene;
  const { calls } = await daemon.status();
  const printed = await daemon.command('report', '--last', '24h', '--json');
  const figures: ReportFigures = JSON.parse(printed);
  const { stopped, rang, quiet } = figures.calls;
  told.check(
    'report: ghost calls and those that rang are what status counted, tests left out',
    (stopped > 0 || !variant.guests) && stopped <= calls.judged && rang <= calls.rangBeforeRejected,
    `${stopped} stopped, ${rang} rang, ${quiet} quiet; status: ${JSON.stringify(calls)}`,
  );
  told.check(
    'report: who attacked is named',
    figures.scanners.length > 0 && figures.shutOut > 0,
    `${figures.scanners.length} sources, ${figures.shutOut} times shut out`,
  );
  for (const [name, begins] of [
    ['report.pdf', '%PDF-1.4'],
    ['report.html', '<!doctype html>'],
  ] as const) {
    const file = join(folder, name);
    await daemon.command('report', '--last', '24h', '--out', file);
    const made = readFileSync(file, 'latin1');
    told.check(`report: ${name} is made`, made.startsWith(begins), `${made.length} bytes`);
  }
  const tried = await daemon.command('notify', 'test');
  told.check('notify: a test is sent', tried.startsWith('mail: sent'), tried.trim());
  const mails = readFileSync(mailsOf(folder), 'utf8');
  for (const [what, words, seen] of [
    ['sources shut out', /is shut out for/, true],
    // Where no guest gets in there is no call of a stranger, and no canary.
    ['the canary', /the canary was caught/, variant.guests],
    ['a test', /this is a test of ghostgate/, true],
  ] as const) {
    if (!seen) continue;
    told.check(`notify: the mail tells of ${what}`, words.test(mails), `${mails.length} bytes`);
  }
}

function mailsOf(folder: string): string {
  return join(folder, 'mails');
}
