import type { AsteriskPolicy } from '../../../policy/policy-pbx.ts';
import { GATE_STATE, type HeldByGate, heldByGate } from '../../gate.ts';
import { EXCLUDE_INJECTED } from '../filters.ts';
import { gateMemory } from '../gate-memory.ts';
import { versionOf } from '../rights.ts';
import { type AmiSession, openSession } from '../session.ts';
import {
  askGlobal,
  type Asking,
  configured,
  isPlainName,
  sectionsOf,
  unlessAnswer,
} from './config.ts';
import { askDialplan, GATE } from './dialplan.ts';
import { pjsipDoors, sipDoors } from './doors.ts';
import type { AclFacts, AsteriskFacts, Clock, GateFacts } from './facts.ts';
import { actionsIn, numberUnder } from './translate-answer.ts';
import { askTrunks } from './trunks.ts';

/**
 * Asks a live Asterisk what decides whether it is guarded, over a session of its own. Changes
 * nothing. Rejects with AmiError when it cannot be asked.
 * @param acl name of the ACL that bans are written to
 * @param now milliseconds since the epoch
 */
export async function examine(
  policy: AsteriskPolicy,
  acl: string,
  now: () => number,
): Promise<AsteriskFacts> {
  const session = await openSession({
    policy,
    purpose: 'doctor',
    events: 'off',
    filters: EXCLUDE_INJECTED,
    filtersOptional: true,
    on: { event: ignore, refused: ignore, closed: ignore },
  });
  try {
    return await ask(session, policy.username, acl, now);
  } finally {
    session.close();
  }
}

async function ask(
  session: AmiSession,
  user: string,
  acl: string,
  now: () => number,
): Promise<AsteriskFacts> {
  const version = await versionOf(session);
  const pjsip = await pjsipDoors(session);
  // AMI is on, so this stands there; without the function AST_CONFIG no file can be seen.
  const seen = (await configured(session, 'manager.conf', 'general', 'enabled')).length > 0;
  const sip = await sipDoors(session);
  const told = (pjsip !== undefined || sip !== undefined) && (sip === undefined || seen);
  const doors = told ? [...(pjsip ?? []), ...(sip ?? [])] : undefined;
  const transports = pjsip === undefined ? [] : await askTransports(session);
  const ofUser = (name: string) =>
    isPlainName(user) ? configured(session, 'manager.conf', user, name) : Promise.resolve([]);
  return {
    version,
    clock: await askClock(session, now),
    actions: actionsIn(await session.request({ Action: 'ListCommands' })),
    filtered: session.filtered,
    reads: ((await ofUser('read')).at(-1) ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
    eventFilters: await ofUser('eventfilter'),
    channelVariables: seen ? await askChannelVariables(session) : undefined,
    token: await askGlobal(session, 'GHOSTGATE_TOKEN'),
    gate: {
      loaded: (await askGlobal(session, `DIALPLAN_EXISTS(${GATE},s,1)`)) === '1',
      outdated: await isOutdated(session),
      ...(await askState(session)),
      held: await askHeld(session),
    },
    doors,
    dialplan: await askDialplan(session, doors?.map(({ context }) => context) ?? []),
    acl: { ...(await askAcl(session, acl)), ...(seen ? {} : { firstPermit: undefined }) },
    drivers: { pjsip: pjsip !== undefined && transports.length > 0, sip: sip !== undefined },
    listens: [...transports, ...(sip === undefined ? [] : [await askSipListens(session)])],
    trunks: await askTrunks(session),
  };
}

async function isOutdated(session: Asking): Promise<boolean> {
  const steps = (await askDialplan(session, [GATE])).get(GATE)?.steps ?? [];
  return steps.length > 0 && !steps.some(({ data }) => data.includes('ghostgate/checked/'));
}

/** The function DB tells nothing without a channel, so the list is asked. */
async function askState(session: Asking): Promise<Pick<GateFacts, 'alive' | 'closed'>> {
  const action = { Action: 'DBGetTree', Family: 'ghostgate/state' };
  const rows = (await session.list(action, 'DBGetTreeComplete').catch(unlessAnswer)) ?? [];
  const until = (key: string) => numberUnder(`/ghostgate/state/${key}`, rows);
  return { alive: until(GATE_STATE.alive), closed: until(GATE_STATE.closed) };
}

async function askHeld(session: Asking): Promise<HeldByGate | undefined> {
  // It is only asked: the cause would be written.
  const memory = gateMemory({ session: () => session, hangupCause: 0 });
  try {
    return await heldByGate(memory);
  } catch (error) {
    return unlessAnswer(error);
  }
}

async function askClock(session: Asking, now: () => number): Promise<Clock> {
  const askedAt = now();
  const seconds = Number(await askGlobal(session, 'EPOCH'));
  return { seconds, askedAt, answeredAt: now() };
}

async function askChannelVariables(session: Asking): Promise<string[]> {
  const lines = await configured(session, 'manager.conf', 'general', 'channelvars');
  return lines.flatMap(variableNames);
}

/** Commas separate the names, except those within a function's brackets. */
function variableNames(line: string): string[] {
  const names = line.match(/[^,()]*\([^)]*\)?|[^,()]+/g) ?? [];
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

async function askAcl(session: Asking, acl: string): Promise<AclFacts> {
  const of = (name: string) =>
    isPlainName(acl) ? configured(session, 'acl.conf', acl, name) : Promise.resolve([]);
  const denies = await of('deny');
  const lines = await sectionsOf(session, 'pjsip.conf', 'type=acl');
  return {
    firstPermit: (await of('permit'))[0] ?? '',
    deniesAll: denies.some((network) => /^(?:0\.0\.0\.0|::)\/(?:0|0\.0\.0\.0)$/.test(network)),
    attached: lines?.flatMap(([name, value]) =>
      name === 'acl' ? value.split(',').map((each) => each.trim()) : [],
    ),
  };
}

/** Where chan_pjsip takes UDP; nowhere when it is loaded without being used. */
async function askTransports(session: Asking): Promise<string[]> {
  const lines = await sectionsOf(session, 'pjsip.conf', 'type=transport,protocol=udp');
  return (lines ?? []).flatMap(([name, value]) => (name === 'bind' ? [value] : []));
}

/** As configured; chan_sip takes 5060 on every address where nothing is said. */
async function askSipListens(session: Asking): Promise<string> {
  const general = async (name: string) =>
    (await configured(session, 'sip.conf', 'general', name)).at(-1);
  const address = (await general('udpbindaddr')) ?? (await general('bindaddr')) ?? '0.0.0.0';
  const port = (await general('bindport')) ?? '5060';
  return /:\d+$/.test(address) ? address : `${address}:${port}`;
}

function ignore(): void {}
