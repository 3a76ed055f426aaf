import type { Tally } from './good.ts';
import { reachedFrom } from './kernel.ts';
import { scanner, scanner6 } from './net.ts';
import { eventually } from './process.ts';
import { answersTo, type Scene } from './scene.ts';

/** Strangers that nothing has shut out. */
const STRANGER = scanner(240);
const STRANGER6 = scanner6(20);
const CONFIRM_WITHIN_MS = 3000;

/**
 * The SIP ports closed to all but the trunk and the phones, which go on calling and registering
 * meanwhile: `spared` counts that none of that was lost.
 */
export async function lockdown(scene: Scene): Promise<void> {
  const { told, daemon, good } = scene;
  const before = await strangers(scene);
  told.check('lockdown off: strangers are answered', before.answers === 6, before.seen);

  const from = performance.now();
  await daemon.command('lockdown', 'on', '--confirm-within', `${CONFIRM_WITHIN_MS / 1000}s`);
  await silent(scene, 'lockdown, unconfirmed');
  const undone = await eventually(CONFIRM_WITHIN_MS + 2000, async () => {
    const { answers } = await strangers(scene);
    return answers > 0 ? true : undefined;
  });
  const ms = Math.round(performance.now() - from);
  const inTime = undone !== undefined && ms >= CONFIRM_WITHIN_MS;
  told.check('lockdown, unconfirmed: undone by itself', inTime, `after ${ms} ms`);

  await daemon.command('lockdown', 'on', '--confirm-within', '30s');
  await daemon.command('lockdown', 'confirm');
  const start = good.tallies();
  await daemon.kill();
  await silent(scene, 'lockdown, confirmed, the daemon killed');
  await daemon.start();
  const restored = await eventually(3000, async () =>
    (await daemon.status()).lockdown.inForce ? true : undefined,
  );
  const { lockdown: state } = await daemon.status();
  const known = restored !== undefined && state.state === 'on';
  told.check('lockdown, confirmed: known after a restart', known, JSON.stringify(state));
  await silent(scene, 'lockdown, confirmed, the daemon started again');
  const { trunk, registrations } = good.tallies();
  told.check('lockdown: trunk calls are answered', wentOn(start.trunk, trunk), words(trunk));
  told.check(
    'lockdown: registered phones register again',
    wentOn(start.registrations, registrations),
    words(registrations),
  );
  await daemon.command('lockdown', 'off');
  const after = await strangers(scene);
  told.check('lockdown off again: strangers are answered', after.answers === 6, after.seen);
}

async function silent(scene: Scene, when: string): Promise<void> {
  const { answers, reached, seen } = await strangers(scene);
  scene.told.check(`${when}: strangers reach nothing`, answers === 0 && reached === 0, seen);
}

/** Six requests over IPv4 and IPv6: how many were answered, how many packets reached the PBX. */
async function strangers(scene: Scene) {
  const all = [STRANGER, STRANGER6];
  const count = async () => {
    const counts = await Promise.all(all.map((address) => reachedFrom(scene.net.pbx, address)));
    return counts.reduce((sum, one) => sum + one, 0);
  };
  const before = await count();
  const each = await Promise.all(all.map((address) => answersTo(scene, address)));
  const reached = (await count()) - before;
  const answers = each.reduce((sum, one) => sum + one, 0);
  return { answers, reached, seen: `${answers} of 6 answered, ${reached} reached the PBX` };
}

function wentOn(before: Tally, now: Tally): boolean {
  return now.good > before.good && now.failed === before.failed;
}

function words({ made, good, failed }: Tally): string {
  return `${good} of ${made} good, ${failed} failed`;
}
