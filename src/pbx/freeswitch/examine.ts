import { parseHostPort } from '../../event/source.ts';
import { cleanText } from '../../event/text.ts';
import type { FreeswitchPolicy } from '../../policy/policy-pbx.ts';
import { GATE_STATE, type HeldByGate, heldByGate } from '../gate.ts';
import type { TrunkProposal } from '../trunks.ts';
import {
  askConfiguration,
  deniedBy,
  openLists,
  type Profile,
  profilesOf,
} from './configuration.ts';
import { gateMemory } from './gate-memory.ts';
import { told } from './problems.ts';
import { type EslSession, openEslSession } from './session.ts';
import { askTrunks } from './trunks.ts';
import { descendants, parseXml, type XmlElement } from './xml.ts';

/** What one live FreeSWITCH says of itself over its event socket. */
export interface FreeswitchFacts {
  /** Like `FreeSWITCH 1.11.2`. */
  readonly version: string | undefined;
  readonly clock: {
    readonly seconds: number;
    readonly askedAt: number;
    readonly answeredAt: number;
  };
  /** Its SIP profiles, each with its dialplan context; undefined when it does not tell. */
  readonly profiles: readonly (Profile & { readonly context: string })[] | undefined;
  /** Lists that let in whom they do not name. */
  readonly open: ReadonlySet<string>;
  /** First extension of each profile's context; undefined for a context that it does not show. */
  readonly first: ReadonlyMap<string, string | undefined>;
  /** The lists that were asked for. */
  readonly lists: ReadonlyMap<string, ListFacts>;
  /** Where its profiles take SIP. */
  readonly listens: readonly {
    readonly profile: string;
    readonly address: string;
    readonly port: number;
  }[];
  readonly gate: GateHash;
  /** Trunks that it is configured with; undefined when it does not tell. */
  readonly trunks: readonly TrunkProposal[] | undefined;
}

/** What the gate looks up in the PBX's hash. */
export interface GateHash {
  /** Reports whether mod_hash is there: without it the gate lets everybody through. */
  readonly there: boolean;
  /** Until when somebody judges, and until when strangers are refused otherwise: seconds, 0 for never. */
  readonly alive: number;
  readonly closed: number;
  /** Undefined when the PBX does not tell. */
  readonly held: HeldByGate | undefined;
}

export interface ListFacts {
  /** `right`: as Ghostgate writes it. `missing` and `closed` deny everybody. `foreign`: somebody else's. */
  readonly state: 'right' | 'missing' | 'closed' | 'foreign';
  /** Networks it denies, canonical. */
  readonly denied: readonly string[];
}

/**
 * Asks a live FreeSWITCH what decides whether it is guarded, over a connection of its own. Changes
 * nothing. Rejects with EslError when it cannot be asked.
 * @param lists names of the ACLs that bans are written to
 * @param nobody the address that stands in such a list to show that it is read
 * @param now milliseconds since the epoch
 */
export async function examineFreeswitch(
  policy: FreeswitchPolicy,
  lists: readonly string[],
  nobody: string,
  now: () => number,
): Promise<FreeswitchFacts> {
  const on = { event: () => undefined, refused: () => undefined, closed: () => undefined };
  const session = await openEslSession({ policy, purpose: 'commands', subscribe: [], on });
  try {
    return await ask(session, lists, nobody, now);
  } finally {
    session.close();
  }
}

async function ask(
  session: EslSession,
  names: readonly string[],
  nobody: string,
  now: () => number,
): Promise<FreeswitchFacts> {
  const version = /^FreeSWITCH Version (\d[\d.]{0,20})/i.exec(await session.api('version'))?.[1];
  const askedAt = now();
  const seconds = Number((await session.api('strepoch')).trim());
  const clock = { seconds, askedAt, answeredAt: now() };
  const sofia = await told(askConfiguration(session, 'sofia.conf'));
  const acl = await told(askConfiguration(session, 'acl.conf'));
  const profiles = sofia === undefined ? undefined : withContexts(sofia);
  const first = new Map<string, string | undefined>();
  for (const { context } of profiles ?? [])
    first.set(context, await firstExtension(session, context));
  const lists = new Map<string, ListFacts>();
  for (const name of names) lists.set(name, await askList(session, name, nobody, acl));
  return {
    version: version === undefined ? undefined : `FreeSWITCH ${version}`,
    clock,
    profiles,
    open: acl === undefined ? new Set() : openLists(acl),
    first,
    lists,
    listens: listensOf(await session.api('sofia status')),
    gate: await askGate(session),
    trunks: await askTrunks(session),
  };
}

async function askGate(session: EslSession): Promise<GateHash> {
  const answers = await Promise.all(
    [GATE_STATE.alive, GATE_STATE.closed].map((key) =>
      session.api(`hash select/ghostgate_state/${key}`),
    ),
  );
  const [alive = 0, closed = 0] = answers.map((answer) => Number(answer.trim()) || 0);
  // It is only asked: the cause would be written.
  const memory = gateMemory({ session: () => session, killCause: '' });
  const there = !answers.some((answer) => /Command not found/i.test(answer));
  return { there, alive, closed, held: there ? await told(heldByGate(memory)) : undefined };
}

/** `public` is the context of whoever names none (sofia.c, config_sofia). */
function withContexts(sofia: XmlElement): (Profile & { context: string })[] {
  const contexts = new Map<string | undefined, string>();
  for (const profile of descendants(sofia, 'profile')) {
    const params = descendants(profile, 'settings').flatMap(({ children }) => children);
    const value = params.findLast(({ attributes }) => attributes.get('name') === 'context');
    const context = value?.attributes.get('value');
    if (context !== undefined) contexts.set(cleanText(profile.attributes.get('name')), context);
  }
  return profilesOf(sofia).map((profile) => ({
    ...profile,
    context: cleanText(contexts.get(profile.name)) ?? 'public',
  }));
}

async function firstExtension(session: EslSession, context: string): Promise<string | undefined> {
  if (!/^[\w.-]{1,80}$/.test(context)) return undefined;
  const answer = await session.api(`xml_locate dialplan context name ${context}`, ANSWER_MS);
  const element = parseXml(answer.trim());
  const first = element?.children.find(({ name }) => name === 'extension');
  return first === undefined ? undefined : (cleanText(first.attributes.get('name')) ?? '');
}

const ANSWER_MS = 30_000;

/** Without the list everybody is denied; 192.0.2.1 is documentation's, and nobody's. */
async function askList(
  session: EslSession,
  name: string,
  nobody: string,
  acl: XmlElement | undefined,
): Promise<ListFacts> {
  const lets = async (address: string) =>
    (await session.api(`acl ${address} ${name}`)).trim() === 'true';
  const showsItself = !(await lets(nobody));
  const open = await lets('192.0.2.1');
  const found = acl === undefined ? undefined : deniedBy(acl, name);
  const denied = [...(found ?? [])];
  if (open) return { state: showsItself ? 'right' : 'foreign', denied };
  return { state: found === undefined ? 'missing' : 'closed', denied };
}

/** Lines like `external profile sip:mod_sofia@198.18.10.1:5080 RUNNING (0)`. */
function listensOf(status: string): { profile: string; address: string; port: number }[] {
  return status
    .split('\n')
    .slice(0, 1000)
    .flatMap((line) => {
      const [, name, where] =
        /^\s*(\S{1,80})\s+profile\s+sip:mod_sofia@(\S{1,60})\s+RUNNING/.exec(line) ?? [];
      const place = parseHostPort(where?.split(';', 1)[0] ?? '');
      const profile = cleanText(name);
      return place === undefined || profile === undefined ? [] : [{ profile, ...place }];
    });
}
