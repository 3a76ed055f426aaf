import { ATTACKS } from './attacks.ts';
import { scanner } from './net.ts';
import { flushRules, kernelHolds } from './kernel.ts';
import { eventually } from './process.ts';
import { answersTo, placesThatHold, type Scene } from './scene.ts';

/** The reconcile tick, and a little. */
const HEALED_WITHIN_MS = 15_000;
/** Shut out by every variant, in quarantine. */
const CRACKER = scanner(6);

/** What happens to machines: rules flushed, the daemon killed, a person lets somebody go. */
export async function faults(scene: Scene): Promise<void> {
  await flushed(scene);
  await killed(scene);
  await released(scene);
  await byHand(scene);
}

async function flushed({ net, variant, told }: Scene): Promise<void> {
  await flushRules(net.pbx, variant.port);
  const healed = await eventually(HEALED_WITHIN_MS, async () =>
    (await kernelHolds(net.pbx, CRACKER)) ? true : undefined,
  );
  told.check(
    'flushed firewall: bans are back at the next tick',
    healed !== undefined,
    after(healed),
  );
}

async function killed(scene: Scene): Promise<void> {
  const { told, daemon } = scene;
  const targets = async () =>
    (await daemon.bans())
      .map(({ target }) => target)
      .toSorted()
      .join(' ');
  const before = await targets();
  await daemon.kill();
  const answers = await answersTo(scene, CRACKER);
  told.check('daemon killed: bans stay in force', answers === 0, `${answers} of 3 answered`);
  await daemon.start();
  const now = await targets();
  told.check('daemon started again: it knows every ban', now === before, `${now} for ${before}`);
  const still = await answersTo(scene, CRACKER);
  told.check('daemon started again: they are in force', still === 0, `${still} of 3 answered`);
}

async function released(scene: Scene): Promise<void> {
  const { told, daemon } = scene;
  await daemon.command('unban', CRACKER, '--because', 'the lab says so');
  const free = await eventually(1000, async () =>
    (await placesThatHold(scene, CRACKER)).length === 0 ? true : undefined,
  );
  const held = await placesThatHold(scene, CRACKER);
  told.check(
    'unban: free everywhere within a second',
    free !== undefined,
    held.join(', ') || after(free),
  );
  const answers = await answersTo(scene, CRACKER);
  told.check('unban: answered again', answers === 3, `${answers} of 3 answered`);
  await ATTACKS.find(({ from }) => from === CRACKER)?.run(scene.net, scene.variant);
  const bans = (await daemon.bans()).filter(({ target }) => target === CRACKER);
  told.check(
    'unban: sticky, the same attack again does not shut it out',
    bans.length === 0,
    JSON.stringify(bans),
  );
}

async function byHand(scene: Scene): Promise<void> {
  const { told, daemon } = scene;
  const target = scanner(200);
  await daemon.command('ban', target, '--for', '1h', '--because', 'the lab says so');
  const held = await eventually(1000, async () =>
    (await placesThatHold(scene, target)).length === 3 ? true : undefined,
  );
  told.check('ban by hand: held by every place within a second', held !== undefined, after(held));
}

/** The PBX crashes and comes back; called when the honest traffic is over. */
export async function pbxRestart({ told, asterisk, daemon }: Scene): Promise<void> {
  const amiAt = await asterisk.restart();
  const back = await eventually(5000, () => {
    const up = daemon.log().findLast(({ event, state }) => event === 'link' && state === 'up');
    const afterMs = Date.parse(up?.time ?? '') - amiAt;
    return afterMs > 0 ? { afterMs } : undefined;
  });
  const { value } = back ?? {};
  const inTime = value !== undefined && value.afterMs <= 1000;
  told.check('PBX restarted: attached again within a second of its return', inTime, after(value));
}

function after(waited: { afterMs: number } | undefined): string {
  return waited === undefined ? 'not in time' : `after ${waited.afterMs} ms`;
}
