import { PBX, scanner } from './net.ts';
import { eventually } from './process.ts';
import { placesThatHold, type Scene } from './scene.ts';
import { sip } from './sip.ts';

/** Shut out before, on every PBX, and by every place. */
const BEFORE = scanner(12);
const NEWCOMER = scanner(70);

/**
 * The policy file changes while the daemon runs: bans are to be in the PBX's own ACL alone. There
 * the answer is 403, not silence. chan_sip has no ACL for everybody (facts: gates).
 */
export async function aclAlone(scene: Scene, policy: string): Promise<void> {
  const { net, variant, told, daemon } = scene;
  if (variant.driver !== 'pjsip') return;
  daemon.writePolicy(policy);
  const moved = await eventually(5000, async () =>
    (await placesThatHold(scene, BEFORE)).join() === 'asterisk-acl' ? true : undefined,
  );
  const places = (await placesThatHold(scene, BEFORE)).join(', ') || 'no place';
  told.check(
    'policy file changed to asterisk-acl alone: bans are there alone',
    moved !== undefined,
    places,
  );

  const attempt = { host: PBX, port: variant.port, from: NEWCOMER, user: '6005', waitMs: 300 };
  const wrong = { ...attempt, method: 'REGISTER', passwords: ['1234'] } as const;
  await sip(net.scanners, { ...wrong, count: 12 });
  const refused = await eventually(2000, async () => {
    const { codes } = await sip(net.scanners, { ...attempt, method: 'OPTIONS' });
    return codes[0] === 403 ? true : undefined;
  });
  told.check(
    'asterisk-acl alone: the next attacker gets 403 for everything',
    refused !== undefined,
  );
}
