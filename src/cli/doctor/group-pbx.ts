import type { HeldByGate } from '../../pbx/gate.ts';
import { AmiError } from '../../pbx/asterisk/errors.ts';
import { examine } from '../../pbx/asterisk/examine/examine.ts';
import { watchAsterisk } from '../../pbx/asterisk/examine/watch.ts';
import { EslError } from '../../pbx/freeswitch/esl-error.ts';
import { examineFreeswitch } from '../../pbx/freeswitch/examine.ts';
import { watchFreeswitch } from '../../pbx/freeswitch/watch.ts';
import type { AsteriskPbx, FreeswitchPbx, PbxPolicy } from '../../policy/policy-pbx.ts';
import type { Policy } from '../../policy/policy.ts';
import { hostOf, isThroughSsh } from '../../policy/policy-reach.ts';
import { aclNames, checkAsterisk } from './asterisk-checks.ts';
import { asteriskFlight, freeswitchFlight, type FlightPlan } from './canary-flight.ts';
import { flyCanary, type Flight } from './canary.ts';
import { checkCanary } from './check-canary.ts';
import type { GateHolds } from './check-allow.ts';
import { checkRemote } from './check-remote.ts';
import { failed, type Finding, type Group } from './finding.ts';
import type { Clock } from '../../pbx/asterisk/examine/facts.ts';
import { checkFreeswitch, listNames } from './freeswitch-checks.ts';
import type { LearnedTrunks } from './check-trunks.ts';
import { cleanText } from '../../event/text.ts';
import { NOBODY } from '../../enforce/acl-xml.ts';
import type { HeldBans } from '../../enforce/held-bans.ts';

/** What was found at one PBX, and what it holds of the trunks. */
export interface PbxFound {
  readonly group: Group;
  readonly gates: readonly GateHolds[];
  readonly bans: readonly HeldBans[];
  /** Undefined where it could not be asked at all. */
  readonly trunks?: LearnedTrunks;
}

export interface Visit extends FlightPlan {
  readonly policy: Policy;
  readonly now: () => number;
  /** Socket of the running daemon; undefined when none runs. */
  readonly socket: string | undefined;
}

/** Asks one PBX everything. Never rejects for what a PBX does. */
export async function visitPbx(pbx: PbxPolicy, visit: Visit): Promise<PbxFound> {
  try {
    return 'asterisk' in pbx ? await visitAsterisk(pbx, visit) : await visitFreeswitch(pbx, visit);
  } catch (error) {
    if (!(error instanceof AmiError || error instanceof EslError)) throw error;
    const { hint } = error;
    // The PBX's own words may be in it.
    const message = cleanText(error.message, 512) ?? 'the PBX cannot be asked';
    const say = hint === '' ? `See whether ${hostOf(pbx)} is there, then again.` : hint;
    const group: Group = {
      name: pbx.name,
      findings: [failed('login', message, say)],
      unreachable: true,
    };
    return { group, gates: [], bans: [] };
  }
}

async function visitAsterisk(pbx: AsteriskPbx, visit: Visit): Promise<PbxFound> {
  const { policy, now } = visit;
  const facts = await examine(pbx.asterisk, aclNames(policy, pbx.name)[0] ?? 'ghostgate', now);
  const flight = isHere(pbx, visit) ? asteriskFlight(facts, policy, visit) : FAR;
  const canary = await fly(flight, visit, () => watchAsterisk(pbx.asterisk));
  const findings = withDistance(pbx, facts.clock, visit, [
    ...checkAsterisk(pbx, facts, policy),
    canary,
  ]);
  const trunks = { pbx: pbx.name, trunks: facts.trunks };
  const { gates, bans } = gateOf(pbx, visit, facts.gate.held, facts.clock.seconds);
  return { group: groupOf(pbx, facts.version, findings), gates, bans, trunks };
}

async function visitFreeswitch(pbx: FreeswitchPbx, visit: Visit): Promise<PbxFound> {
  const { policy, now } = visit;
  const facts = await examineFreeswitch(pbx.freeswitch, listNames(policy, pbx.name), NOBODY, now);
  const flight = isHere(pbx, visit) ? freeswitchFlight(facts, visit) : FAR;
  const canary = await fly(flight, visit, () => watchFreeswitch(pbx.freeswitch));
  const findings = withDistance(pbx, facts.clock, visit, [
    ...checkFreeswitch(pbx, facts, policy),
    canary,
  ]);
  const gate = gateOf(pbx, visit, facts.gate.held, facts.clock.seconds);
  const lists = [...facts.lists].map(([list, { denied }]) => ({
    place: `ACL ${list} of ${pbx.name}`,
    targets: denied,
    release,
  }));
  const trunks = { pbx: pbx.name, trunks: facts.trunks };
  const bans = [...gate.bans, ...lists];
  return { group: groupOf(pbx, facts.version, findings), gates: gate.gates, bans, trunks };
}

function withDistance(
  pbx: PbxPolicy,
  clock: Clock,
  visit: Visit,
  findings: readonly Finding[],
): Finding[] {
  if (isHere(pbx, visit)) return [...findings];
  return [...findings, ...checkRemote(clock, findings, visit.policy.gate.enabled)];
}

/** What the gate of this PBX lets through and shuts out. @param now seconds by the PBX's clock */
function gateOf(
  { name }: PbxPolicy,
  { policy }: Visit,
  held: HeldByGate | undefined,
  now: number,
): Pick<PbxFound, 'gates' | 'bans'> {
  if (!policy.gate.enabled || held === undefined) return { gates: [], bans: [] };
  const { trust, carrier, checked, ban } = held;
  const until = new Map([...trust, ...carrier, ...checked]);
  const targets = [...ban].filter(([, end]) => end > now).map(([target]) => target);
  return {
    gates: [{ pbx: name, until, now, canHold: (key) => held.canHold(key) }],
    bans: [{ place: `gate of ${name}`, targets, release }],
  };
}

function release(target: string): string {
  return `ghostgate unban ${target}`;
}

const FAR: Flight = { why: 'the PBX is another machine; doctor sends packets to its own alone' };

function isHere(pbx: PbxPolicy, { isOwn }: Visit): boolean {
  const host = hostOf(pbx);
  if (isThroughSsh(pbx)) return false;
  return host.toLowerCase() === 'localhost' || isOwn(host);
}

async function fly(
  flight: Flight,
  { policy, socket }: Visit,
  listen: Parameters<typeof flyCanary>[2],
) {
  const userAgent = policy.rules.canary?.userAgent ?? 'ghostgate-canary';
  return checkCanary(await flyCanary(flight, userAgent, listen, socket), socket !== undefined);
}

function groupOf(
  { name }: PbxPolicy,
  version: string | undefined,
  findings: Group['findings'],
): Group {
  return version === undefined ? { name, findings } : { name, about: version, findings };
}
