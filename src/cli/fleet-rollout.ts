import { setTimeout as pause } from 'node:timers/promises';
import type { Base } from '../fleet/base.ts';
import { ringsOf, withRing } from '../fleet/operator-bases.ts';
import type { Operator, SiteState } from '../fleet/operator.ts';
import { reason } from '../fleet/order.ts';
import type { RingSite } from '../fleet/ring-watch.ts';
import type { RingOrder, RolloutOrder } from '../fleet/rollout-order.ts';
import { ringSites, sitesIn, whyRingHarmed } from '../fleet/ring-watch.ts';
import { LAST_RING, MOST_RINGS } from '../fleet/words.ts';

export interface Rollout {
  readonly base: Base;
  /** In the order they get it. */
  readonly rings: readonly string[];
  readonly soakMs: number;
  /** Longest that is waited for the sites of a ring. */
  readonly waitMs: number;
  /** Tells a person how it goes. */
  readonly tell: (line: string) => void;
  /** Aborted: nothing goes further. */
  readonly signal: AbortSignal;
}

export interface RolledOut {
  readonly rings: readonly { readonly ring: string; readonly sites: readonly RingSite[] }[];
  /** Why it ended before the last ring; every ring begun was told to go back. */
  readonly trouble?: string;
}

/**
 * Ring by ring: told, waited for, looked at for a time. On trouble every ring begun goes back to
 * what it had. Rejects with AbortError when it is told to stop; then nothing goes further, and the
 * sites look after themselves.
 */
export async function rollOut(operator: Operator, rollout: Rollout): Promise<RolledOut> {
  const done: { ring: string; sites: readonly RingSite[] }[] = [];
  for (const ring of rollout.rings) {
    const begun = [...done.map((each) => each.ring), ring];
    const { sites, trouble } = await oneRing(operator, rollout, begun);
    done.push({ ring, sites });
    if (trouble === undefined) continue;
    await goBack(operator, begun, rollout, trouble);
    return { rings: done, trouble };
  }
  return { rings: done };
}

async function oneRing(
  operator: Operator,
  rollout: Rollout,
  begun: readonly string[],
): Promise<{ sites: readonly RingSite[]; trouble?: string }> {
  const { base, tell, signal } = rollout;
  const ring = begun.at(-1) ?? LAST_RING;
  const { version } = base;
  const sites = sitesIn(ring, rollout.rings, await operator.members());
  if (sites.length === 0) tell(`${ring}: no site is in it`);
  const before = await statesOf(operator);
  const since = await order(operator, rollout, begun);
  const others = [...before.keys()].filter((site) => !sites.includes(site));
  const told = new Map<string, string>();
  const startedAt = Date.now();
  let soakFrom: number | undefined;
  let found: readonly RingSite[] = [];

  for (;;) {
    const askedAt = Date.now();
    const states = await statesOf(operator);
    const overtaken = whyOvertaken(await operator.rollout(), begun, version);
    found = ringSites(sites, states, version, Date.now());
    for (const each of found) {
      const words = siteWords(each, version);
      if (told.get(each.site) !== words) tell(`${ring}: ${words}`);
      told.set(each.site, words);
    }
    if (overtaken !== undefined) return { sites: found, trouble: overtaken };
    const bad = found.find(({ state }) => state === 'refused' || state === 'rolled back');
    if (bad !== undefined) return { sites: found, trouble: siteWords(bad, version) };
    const took = found.filter(({ state }) => state === 'took').map(({ site }) => site);
    const isSettled = found.every(({ state }) => state === 'took' || state === 'none');
    if (soakFrom === undefined && (isSettled || Date.now() - startedAt > rollout.waitMs)) {
      if (took.length === 0 && sites.length > 0) {
        return { sites: found, trouble: `no site of ring ${ring} took version ${version}` };
      }
      // What an earlier run of this command has looked at counts.
      soakFrom = Math.min(Date.now(), since);
      if (took.length === 0) return { sites: found };
      const left = rollout.soakMs - (Date.now() - soakFrom);
      if (left > 0)
        tell(`${ring}: ${took.length} of ${sites.length} took it; looking for ${seconds(left)}`);
    }
    if (soakFrom !== undefined) {
      const why = whyRingHarmed(took, others, before, states);
      if (why !== undefined) return { sites: found, trouble: `ring ${ring}: ${why}` };
      if (Date.now() - soakFrom >= rollout.soakMs) return { sites: found };
    }
    // Asking a thousand sites must not be all that the server does.
    await pause(Math.max(POLL_MS, 5 * (Date.now() - askedAt)), undefined, { signal });
  }
}

/** Who ordered otherwise from another terminal saw something that we do not: that has the last word. */
function whyOvertaken(
  standing: RolloutOrder | undefined,
  begun: readonly string[],
  version: number,
): string | undefined {
  const other = ringsOf(standing).find(
    (each) => begun.includes(each.ring) && each.version !== version,
  );
  if (other === undefined) return undefined;
  const what = other.version === 0 ? 'no version' : `version ${other.version}`;
  return `ring ${other.ring} was told to take ${what} meanwhile (${standing?.because ?? ''})`;
}

/** When the ring was told, in an earlier run of this command or now. */
async function order(
  operator: Operator,
  rollout: Rollout,
  begun: readonly string[],
): Promise<number> {
  const { base, soakMs } = rollout;
  const ring = begun.at(-1) ?? LAST_RING;
  const used = new Set((await operator.members()).map((member) => member.ring));
  const soakSeconds = Math.round(soakMs / 1000);
  const because = reason(base.because) ?? '';
  const done = await operator.changeRollout<number>((standing) => {
    // Ordered otherwise this very moment: nothing is laid on top of it. It is found at the first look.
    const overtaken = whyOvertaken(standing, begun.slice(0, -1), base.version);
    if (overtaken !== undefined) return { why: Number.POSITIVE_INFINITY };
    const had = ringsOf(standing).find((each) => each.ring === ring);
    if (had?.version === base.version) return { why: had.since };
    const rings = withTold(ringsOf(standing), rollout, ring, used);
    return { made: { order: 'rollout', rings, soakSeconds, because } };
  });
  if ('why' in done) return done.why;
  rollout.tell(`${ring}: told to take version ${base.version}`);
  // Looked at from when they have it.
  return Number.POSITIVE_INFINITY;
}

/** The rings that are in use, this one told to take the version. */
function withTold(
  rings: readonly RingOrder[],
  rollout: Rollout,
  ring: string,
  used: ReadonlySet<string | undefined>,
): readonly RingOrder[] {
  const since = Date.now();
  let told: readonly RingOrder[] = rings.filter(
    (each) => rollout.rings.includes(each.ring) || used.has(each.ring) || each.ring === LAST_RING,
  );
  // The last ring is everybody that is in none of the others, whatever ring they were in before.
  const rest = told.map((each) => each.ring).filter((each) => !rollout.rings.includes(each));
  const meant = ring === LAST_RING ? [...rest, ring] : [ring];
  for (const each of meant) told = withRing(told, each, rollout.base, since, true);
  if (told.length > MOST_RINGS) throw new Error(`there are more than ${MOST_RINGS} rings`);
  return told;
}

async function goBack(
  operator: Operator,
  begun: readonly string[],
  { base: { version }, rings: all }: Rollout,
  trouble: string,
): Promise<void> {
  const bases = await operator.bases();
  const because = reason(`back from ${version}: ${trouble}`) ?? 'it did harm';
  await operator.changeRollout((standing) => {
    const since = Date.now();
    let rings = ringsOf(standing);
    const meant = begun.includes(LAST_RING)
      ? rings.map(({ ring }) => ring).filter((ring) => begun.includes(ring) || !all.includes(ring))
      : begun;
    const ours = rings.filter((each) => meant.includes(each.ring) && each.version === version);
    if (ours.length === 0) return { why: 'each has something else by now' };
    for (const had of ours) {
      const before = bases.find((each) => each.version === had.before);
      rings = withRing(rings, had.ring, before, since, false);
    }
    const soakSeconds = standing?.soakSeconds ?? 0;
    return { made: { order: 'rollout', rings, soakSeconds, because } };
  });
}

async function statesOf(operator: Operator): Promise<Map<string, SiteState>> {
  return new Map((await operator.states()).map((state) => [state.site, state]));
}

function siteWords({ site, state, why }: RingSite, version: number): string {
  if (state === 'took') return `${site} took version ${version}`;
  if (state === 'waiting') return `${site} is waited for`;
  if (state === 'silent') return `${site} is not heard; it takes it when it is back`;
  if (state === 'none') return `${site} does not extend: fleet, nothing changes there`;
  const words = state === 'refused' ? 'refused' : 'went back from';
  return `${site} ${words} version ${version}: ${why ?? ''}`;
}

function seconds(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

const POLL_MS = 1000;
