import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ghostgate, type Daemon } from './daemon.ts';
import { type GhostCalls, startGhosts } from './gate-traffic.ts';
import { type GoodTraffic, type Ports, startGoodTraffic, type Tally } from './good.ts';
import { PBX, scanner, type Net } from './net.ts';
import { ghosts } from './phase-bare.ts';
import { eventually, must, sleep, type Undo } from './process.ts';
import type { Report } from './report.ts';
import { sip } from './sip.ts';

/** A PBX that runs, whose strangers and trunk meet the gate. */
export interface GatedPbx {
  /** Like `22-pjsip-guests: Asterisk 22.10.1`. */
  readonly name: string;
  readonly ports: Ports;
  /** Prepares it for one run, with the gate in front of the dialplan or without, and all lists of it empty. */
  prepare(folder: string, gated: boolean): Promise<Prepared>;
  /** Calls that it holds now. */
  channels(): Promise<number>;
}

/** A PBX prepared for Ghostgate. */
export interface Prepared {
  /** Without its `gate`; every refusal is answered 403. */
  readonly policy: string;
  /** Takes out what was put into the PBX. */
  takeBack(): Promise<unknown>;
}

export interface GateSite {
  readonly undo: Undo;
  readonly net: Net;
  readonly pbx: GatedPbx;
  readonly folder: string;
  readonly told: Report;
  /** Runs whose name holds this; all without. */
  readonly only?: string;
}

/** One run: what the policy says of the gate, and what happens to the daemon meanwhile. */
interface Run {
  readonly name: string;
  /** The `gate` of the policy; undefined: no gate, in the policy nor in the dialplan. */
  readonly gate: string | undefined;
  readonly injecting?: boolean;
  during?(daemon: Daemon, calls: GhostCalls): Promise<void>;
  /** Most ghost calls that may reach the phone; undefined where that is only reported. */
  readonly mayRing: number | undefined;
}

const GATE = '{ enabled: true }';
const RUNS: readonly Run[] = [
  { name: 'gate', gate: GATE, mayRing: 0 },
  { name: 'hang-up only', gate: undefined, mayRing: undefined },
  {
    name: 'gate, daemon killed half way',
    gate: GATE,
    mayRing: 0,
    async during(daemon, calls) {
      await calls.halfway();
      await daemon.kill();
    },
  },
  { name: 'gate, callers that inject', gate: GATE, injecting: true, mayRing: 0 },
  {
    name: 'gate, daemon hanging, going on, restarted',
    gate: GATE,
    mayRing: 0,
    async during(daemon) {
      await sleep(2000);
      daemon.freeze();
      await sleep(6000);
      daemon.thaw();
      await sleep(2000);
      await daemon.stop();
      await sleep(1000);
      await daemon.start();
    },
  },
];

/** A thousand ghost calls against the gate, in every way that a sidecar can fail; good calls meanwhile. */
export async function attackGate(site: GateSite): Promise<void> {
  const { net, pbx, folder, told } = site;
  const startedAt = performance.now();
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  told.say(`== gate, ${pbx.name}`);
  for (const [at, run] of RUNS.entries()) {
    if (!run.name.includes(site.only ?? '')) continue;
    const own = join(folder, `run-${at}`);
    mkdirSync(own);
    await oneRun({ ...site, folder: own }, run);
  }
  const own = join(folder, 'open');
  mkdirSync(own);
  await leftOpen({ ...site, folder: own });
  told.say(`   ${Math.round((performance.now() - startedAt) / 1000)} s`);
}

async function oneRun(site: GateSite, run: Run): Promise<void> {
  const { undo, net, pbx, folder, told } = site;
  const { daemon, good, prepared } = await begin(site, run.gate);
  const calls = startGhosts(undo, net, {
    port: pbx.ports.trunk,
    folder,
    injecting: run.injecting === true,
  });
  await Promise.all([calls.ended, run.during?.(daemon, calls)]);
  await eventually(20_000, () => (isMade(good) ? true : undefined), 250);
  await good.stop();

  const { made, refused } = calls.tally();
  const rang = ghosts(good);
  // Without a gate a thousand ghost calls ring, and what else the phone can take is no promise of ours.
  const tell = (what: string, ok: boolean, seen: string): void => {
    if (run.mayRing === undefined)
      told.say(`       ${run.name}: ${what}: ${ok ? 'yes' : 'no'} (${seen})`);
    else told.check(`${run.name}: ${what}`, ok, seen);
  };
  const { trunk, phones } = good.tallies();
  const left = await channelsLeft(pbx);
  const seen = `${rang} of ${made} rang, ${refused} were refused with 403`;
  told.check(`${run.name}: a thousand calls were made`, made === 1000, seen);
  tell('no ghost call rings', rang <= (run.mayRing ?? 0), seen);
  tell('200 trunk calls answered', isAll(trunk, 200), JSON.stringify(trunk));
  tell('50 calls of phones answered', isAll(phones, 50), JSON.stringify(phones));
  tell('no call is left hanging', left === 0, `${left} channels`);
  if (run.gate === undefined) {
    // A PBX that is overrun by its own ringing tells of it late.
    const counted = await countedOf(daemon, rang);
    told.check('what rang all the same is counted', counted >= rang, `${counted} for ${rang}`);
  }
  await daemon.stop();
  await prepared.takeBack();
}

/** `when_away: pass`: while nobody judges, nobody is refused and nobody waits. */
async function leftOpen(site: GateSite): Promise<void> {
  const { net, pbx, told } = site;
  const gate = '{ enabled: true, when_away: pass }';
  const { daemon, good } = await begin(site, gate);
  const call = async (host: number) => {
    const from = scanner(host);
    const { codes } = await sip(net.scanners, {
      method: 'INVITE',
      host: PBX,
      port: pbx.ports.trunk,
      from,
      user: '4930901820',
      called: '6001',
      waitMs: 1500,
    });
    return codes[0];
  };
  const refused = await call(240);
  told.check(
    'when_away: pass: a stranger is refused while we are there',
    refused === 403,
    `${refused}`,
  );
  daemon.freeze();
  const hanging = await call(241);
  told.check('when_away: pass: goes through while we hang', hanging === 200, `${hanging}`);
  await sleep(4000);
  const stale = await call(242);
  told.check(
    'when_away: pass: goes through at once when the heartbeat is stale',
    stale === 200,
    `${stale}`,
  );
  daemon.thaw();
  await daemon.kill();
  await good.stop();
}

/** A PBX prepared anew, a daemon with a store of its own, and the good traffic of one run. */
async function begin(
  { undo, net, pbx, folder }: GateSite,
  gate: string | undefined,
): Promise<{ daemon: Daemon; good: GoodTraffic; prepared: Prepared }> {
  const prepared = await pbx.prepare(folder, gate !== undefined);
  const { policy } = prepared;
  const daemon = ghostgate(
    undo,
    net,
    folder,
    gate === undefined ? policy : `${policy}gate: ${gate}\n`,
  );
  await daemon.start();
  const pace = { trunkEveryMs: 100, trunkCalls: 200, phonesEveryMs: 400, phoneCalls: 50 };
  const good = await startGoodTraffic(undo, net, pbx.ports, folder, pace);
  return { daemon, good, prepared };
}

async function channelsLeft(pbx: GatedPbx): Promise<number> {
  for (let tries = 0; ; tries++) {
    const count = await pbx.channels();
    if (count === 0 || tries === 20) return count;
    await sleep(250);
  }
}

function isMade(good: GoodTraffic): boolean {
  const { trunk, phones } = good.tallies();
  return trunk.made >= 200 && phones.made >= 50;
}

async function countedOf(daemon: Daemon, rang: number): Promise<number> {
  let counted = 0;
  const look = async () => {
    const { calls, pbxs } = await daemon.status();
    // A call whose source a PBX that is overrun did not tell is not judged, and said to be so.
    const unjudged = pbxs.map(({ counters }) => counters.unknownSources);
    counted = calls.rangBeforeRejected + unjudged.reduce((sum, each) => sum + each, 0);
    return counted >= rang ? true : undefined;
  };
  await eventually(20_000, look, 500);
  return counted;
}

function isAll({ made, good, failed }: Tally, count: number): boolean {
  return made === count && good === count && failed === 0;
}
