import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asterisk } from './asterisk.ts';
import type { Daemon } from './daemon.ts';
import type { Report } from './report.ts';

interface Told {
  readonly exit: number;
  readonly groups: readonly { readonly findings: readonly Finding[] }[];
}

export interface Finding {
  readonly check: string;
  readonly level: string;
  readonly what: string;
  readonly fix?: { readonly lines?: readonly string[] };
}

/**
 * The doctor on the live PBX: nothing fails while all is well, and each of three things that are
 * broken one after another is found. No call is placed meanwhile.
 */
export async function doctorLooks(told: Report, asterisk: Asterisk, daemon: Daemon): Promise<void> {
  const look = (): Promise<Finding[]> => findings(daemon);
  const well = await look();
  const failures = well.filter(({ level }) => level === 'failed');
  told.check('doctor: nothing fails on a healthy PBX', failures.length === 0, words(failures));
  const canary = well.find(({ check }) => check === 'canary');
  told.check('doctor: its canary comes back', canary?.level === 'ok', canary?.what ?? '');

  const places = well.find(({ check }) => check === 'allowed')?.what ?? '';
  const whole = /nftables table.*ACL ghostgate.*fail2ban jail/.test(places);
  told.check('doctor: the trunk is shut out nowhere', whole, places);

  const finds = async (check: string, pattern: RegExp, name: string): Promise<void> => {
    const found = (await look()).find((each) => each.check === check && each.level !== 'ok');
    told.check(`doctor: ${name} is found`, pattern.test(found?.what ?? ''), found?.what ?? 'no');
  };
  const etc = join(asterisk.root, 'etc/asterisk');

  // Never loaded: the doctor asks for the file, and with it loaded the next call would deadlock.
  await changed(join(etc, 'manager.conf'), /^channelvars.*$/m, '$&,CHANNEL(recvip)', () =>
    finds('channelvars', /function CHANNEL\(recvip\)/, 'a function in channelvars'),
  );
  const user = ['manager.d/ghostgate.conf', 'manager.conf']
    .map((name) => join(etc, name))
    .find((path) => textOf(path).includes('write = system'));
  await changed(user ?? '', /^write = .*$/m, 'write = call,reporting', async () => {
    await asterisk.cli('manager reload');
    await finds('rights', /without system/, 'a user without the right system');
  });
  await asterisk.cli('manager reload');
  const doors = well.filter(({ check }) => check === 'doors');
  if (doors.every(({ level }) => level === 'ok')) {
    await asterisk.cli('dialplan remove context ghostgate-gate');
    await finds('doors', /rings before it is judged/, 'a door whose gate is gone');
    await asterisk.cli('dialplan reload');
  } else {
    await finds('doors', /rings before it is judged/, 'a door without a gate');
  }

  const after = (await look()).filter(({ level }) => level === 'failed');
  told.check('doctor: all mended, nothing fails', after.length === 0, words(after));
}

/** What the doctor finds now. */
export async function findings(daemon: Daemon): Promise<Finding[]> {
  const answer: Told = JSON.parse(await daemon.doctor());
  return answer.groups.flatMap((group) => group.findings);
}

/** Changes a file for the time of one look. */
export async function changed(
  path: string,
  line: RegExp,
  instead: string,
  look: () => Promise<void>,
): Promise<void> {
  const before = readFileSync(path, 'latin1');
  writeFileSync(path, before.replace(line, instead), 'latin1');
  try {
    await look();
  } finally {
    writeFileSync(path, before, 'latin1');
  }
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}

export function words(found: readonly Finding[]): string {
  return found.map(({ check, what }) => `${check}: ${what}`).join('; ');
}
