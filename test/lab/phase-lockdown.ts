import type { Tally } from './good.ts';
import { reachedFrom } from './kernel.ts';
import { scanner } from './net.ts';
import { eventually } from './process.ts';
import { answersTo, type Scene } from './scene.ts';

/** Nothing has shut it out. */
const STRANGER = scanner(240);
const CONFIRM_WITHIN_MS = 3000;

/**
 * The SIP ports closed to all but the trunk and the phones, which go on calling and registering
 * meanwhile: `spared` counts that none of that was lost.
 */
export async function lockdown(scene: Scene): Promise<void> {
  const { told, daemon, good } = scene;
  const before = await stranger(scene);
  told.check('lockdown off: a stranger is answered', before.answers === 3, before.seen);

  const from = performance.now();
  await daemon.command('lockdown', 'on', '--confirm-within', `${CONFIRM_WITHIN_MS / 1000}s`);
  await silent(scene, 'lockdown, unconfirmed');
  const undone = await eventually(CONFIRM_WITHIN_MS + 2000, async () => {
    const { answers } = await stranger(scene, 1);
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
  const after = await stranger(scene);
  told.check('lockdown off again: a stranger is answered', after.answers === 3, after.seen);
}

async function silent(scene: Scene, when: string): Promise<void> {
  const { answers, reached, seen } = await stranger(scene);
  scene.told.check(`${when}: a stranger reaches nothing`, answers === 0 && reached === 0, seen);
}

/** Requests from a stranger: how many were answered, how many packets reached the PBX. */
async function stranger(scene: Scene, requests = 3) {
  const before = await reachedFrom(scene.net.pbx, STRANGER);
  const answers = await answersTo(scene, STRANGER, requests);
  const reached = (await reachedFrom(scene.net.pbx, STRANGER)) - before;
  const seen = `${answers} of ${requests} answered, ${reached} reached the PBX`;
  return { answers, reached, seen };
}

function wentOn(before: Tally, now: Tally): boolean {
  return now.good > before.good && now.failed === before.failed;
}

function words({ made, good, failed }: Tally): string {
  return `${good} of ${made} good, ${failed} failed`;
}
