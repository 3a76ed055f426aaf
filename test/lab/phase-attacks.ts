import { ATTACKS, type Attack } from './attacks.ts';
import type { BanLine } from './daemon.ts';
import { reachedFrom } from './kernel.ts';
import { eventually } from './process.ts';
import { answersTo, placesThatHold, type Scene } from './scene.ts';

/** A ban has to be in force this long after the last packet of the attack. */
const BAN_WITHIN_MS = 2000;
/** The machine has two cores; the attackers are not to starve the PBX of them. */
const AT_ONCE = 3;

/** Every attacker at once, a few at a time; then each has to be shut out, by the right rule. */
export async function attack(scene: Scene): Promise<void> {
  const { net, variant, told, daemon } = scene;
  const attacks = ATTACKS.filter((one) => one.rules(variant) !== undefined);
  const queue = [...attacks];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = queue.shift(); one; one = queue.shift()) await one.run(net, variant);
    }),
  );
  const banned = await eventually(
    BAN_WITHIN_MS,
    async () => {
      const bans = await daemon.bans();
      return attacks.every((one) => banOf(bans, one)) ? bans : undefined;
    },
    200,
  );
  const bans = banned?.value ?? (await daemon.bans());
  for (const one of attacks) await judgeOne(scene, one, banOf(bans, one));
  told.say(`       ${attacks.length} attackers`);
}

async function judgeOne(scene: Scene, one: Attack, ban: BanLine | undefined): Promise<void> {
  const { net, variant, told, daemon } = scene;
  const rules = one.rules(variant) ?? [];
  const right = ban !== undefined && rules.includes(ban.rule);
  const seen = ban === undefined ? lastOf(daemon.log(), one) : `${ban.rule}, ${ban.proof}`;
  told.check(`${one.name}: shut out by ${rules.join(' or ')}`, right, seen);
  if (ban === undefined) return;
  if (one.proven !== undefined) {
    const jailed = ban.proof === 'proven' && !ban.quarantine;
    told.check(`${one.name}: proven, so jail and not quarantine`, jailed, JSON.stringify(ban));
  }
  const before = await reachedFrom(net.pbx, one.from);
  const answers = await answersTo(scene, one.from);
  const reached = (await reachedFrom(net.pbx, one.from)) - before;
  const silent = answers === 0 && reached === 0;
  told.check(`${one.name}: silent`, silent, `${answers} of 3 answered, ${reached} reached the PBX`);
  const places = await placesThatHold(scene, one.target ?? one.from);
  told.check(`${one.name}: held by every place`, places.length === 3, places.join(', '));
}

function banOf(bans: readonly BanLine[], { from, target }: Attack): BanLine | undefined {
  return bans.find((ban) => ban.target === (target ?? from));
}

/** What the log last said of an attacker, for a failure that can be understood. */
function lastOf(log: readonly { source?: string }[], { from }: Attack): string {
  const lines = log.filter((line) => line.source === from);
  return `no ban; ${lines.length} log lines, the last ${JSON.stringify(lines.at(-1))}`;
}
