import { ATTACKS, type Attack } from './attacks.ts';
import type { BanLine } from './daemon.ts';
import { reachedFrom } from './kernel.ts';
import { eachOf, eventually } from './process.ts';
import { answersTo, placesThatHold, type Scene } from './scene.ts';

/** A ban has to be in force this long after the last packet of the attack. */
const BAN_WITHIN_MS = 2000;
/** The machine has two cores; the attackers are not to starve the PBX of them. */
const AT_ONCE = 5;

/** What was asserted, whether it holds, what was seen. */
type Finding = readonly [string, boolean, string];

/** Every attacker at once, a few at a time; then each has to be shut out, by the right rule. */
export async function attack(scene: Scene): Promise<void> {
  const { net, variant, told, daemon } = scene;
  const attacks = ATTACKS.filter((one) => one.rules(variant) !== undefined);
  await eachOf(attacks, AT_ONCE, (one) => one.run(net, variant));
  const banned = await eventually(
    BAN_WITHIN_MS,
    async () => {
      const bans = await daemon.bans();
      return attacks.every((one) => banOf(bans, one)) ? bans : undefined;
    },
    200,
  );
  const bans = banned?.value ?? (await daemon.bans());
  const findings = await eachOf(attacks, AT_ONCE, (one) => judgeOne(scene, one, banOf(bans, one)));
  for (const [what, ok, seen] of findings.flat()) told.check(what, ok, seen);
  told.say(`       ${attacks.length} attackers`);
}

async function judgeOne(scene: Scene, one: Attack, ban: BanLine | undefined): Promise<Finding[]> {
  const { net, variant, daemon } = scene;
  const rules = one.rules(variant) ?? [];
  const right = ban !== undefined && rules.includes(ban.rule);
  const last = ban === undefined ? lastOf(daemon.log(), one) : `${ban.rule}, ${ban.proof}`;
  const shutOut: Finding = [`${one.name}: shut out by ${rules.join(' or ')}`, right, last];
  if (ban === undefined) return [shutOut];

  const before = await reachedFrom(net.pbx, one.from);
  const answers = await answersTo(scene, one.from);
  const reached = (await reachedFrom(net.pbx, one.from)) - before;
  const silent = answers === 0 && reached === 0;
  const places = await placesThatHold(scene, one.target ?? one.from);
  const jailed = ban.proof === 'proven' && !ban.quarantine;
  const proven: Finding[] =
    one.proven === undefined
      ? []
      : [[`${one.name}: proven, so jailed`, jailed, JSON.stringify(ban)]];
  return [
    shutOut,
    ...proven,
    [`${one.name}: silent`, silent, `${answers} of 3 answered, ${reached} reached the PBX`],
    [`${one.name}: held by every place`, places.length === 3, places.join(', ')],
  ];
}

function banOf(bans: readonly BanLine[], { from, target }: Attack): BanLine | undefined {
  return bans.find((ban) => ban.target === (target ?? from));
}

/** What the log last said of an attacker, for a failure that can be understood. */
function lastOf(log: readonly { source?: string }[], { from }: Attack): string {
  const lines = log.filter((line) => line.source === from);
  return `no ban; ${lines.length} log lines, the last ${JSON.stringify(lines.at(-1))}`;
}
