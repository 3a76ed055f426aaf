import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import type { FleetNet } from './fleet-net.ts';
import { SITES } from './fleet-net.ts';
import type { Output } from './process.ts';
import { sleep } from './process.ts';
import type { Report } from './report.ts';
import { sip } from './sip.ts';

export interface Centre {
  readonly told: Report;
  readonly net: FleetNet;
  readonly folder: string;
  readonly daemons: Readonly<Record<'north' | 'south' | 'west', Daemon>>;
  /** `ghostgate fleet …` as its operator. */
  readonly fleet: (...words: string[]) => Promise<Output>;
}

/** From observe to enforce, ring by ring, by the operator alone: no site's own file names a mode. */
export async function enforceByRings(centre: Centre): Promise<void> {
  const { told, fleet } = centre;
  await fleet('ring', 'canary', 'north');
  await fleet('ring', 'early', 'south');
  const before = await sitesOf(centre);
  told.check(
    'before anything is published all observe',
    before.every(({ mode }) => mode === 'observe'),
  );
  const { code, stdout, stderr } = await publish(centre, 'mode: enforce\n', '5s');
  told.check('publish goes through all three rings', code === 0, code === 0 ? '' : stdout + stderr);
  const took = ['north', 'south', 'west'].map((site) => stdout.indexOf(`${site} took version 1`));
  const isInOrder = took.every((place, at) => place > (took[at - 1] ?? 0));
  told.check('canary, early, all: each only after the one before', isInOrder, took.join(', '));
  const after = await sitesOf(centre);
  told.check(
    'then all enforce',
    after.every(({ mode }) => mode === 'enforce'),
  );
}

/** A policy that breaks good calls: the canary gives it up by itself, and nobody else ever has it. */
export async function breakGoodCalls(centre: Centre): Promise<void> {
  const { told, net, daemons } = centre;
  const codes: number[] = [];
  const over = new AbortController();
  const calling = (async () => {
    while (!over.signal.aborted) {
      const { codes: more } = await sip(net.scanner, {
        method: 'INVITE',
        host: SITES.north,
        port: 5060,
        from: SITES.carrier,
        user: '31201234567',
        called: '6001',
        count: 5,
        gapMs: 250,
        waitMs: 2000,
      });
      codes.push(...more);
    }
  })();
  await sleep(8000);
  const made = codes.length;
  told.check(
    'the carrier’s calls are good at first',
    made > 5 && !codes.includes(403),
    String(codes),
  );
  const harmful = "mode: enforce\nrules: { junk-caller-id: { patterns: ['^31'] } }\n";
  const { code, stdout, stderr } = await publish(centre, harmful, '20s');
  await sleep(3000);
  over.abort();
  await calling;
  // Without a gate not every one that is rejected is answered 403: north's own log tells.
  const judged = daemons.north.log().filter(({ source }) => source === SITES.carrier);
  const lost = judged.filter(({ verdict }) => verdict === 'reject').length;
  const words = (stdout + stderr).replaceAll(/\s+/g, ' ');
  const isTold = code === 1 && words.includes('north went back from version 2');
  told.check('publish says that north went back by itself, and why', isTold, isTold ? '' : words);
  told.check(
    'no good call beyond the first few is lost',
    lost >= 3 && lost <= 8 && judged.slice(-5).every(({ verdict }) => verdict === 'pass'),
    `${lost} of ${judged.length} good calls rejected`,
  );
  const others = [daemons.south, daemons.west].flatMap((daemon) => daemon.log());
  const have = await sitesOf(centre);
  const isAlone =
    have.every(({ policy }) => policy?.version === 1) &&
    !others.some((line) => line.event === 'base' && 'version' in line && line.version === 2);
  told.check('the other rings never had it', isAlone);
}

async function publish(centre: Centre, text: string, soak: string): Promise<Output> {
  const file = join(centre.folder, 'base.yaml');
  writeFileSync(file, text);
  const rings = ['--ring', 'canary,early,all', '--because', 'the lab says so'];
  return await centre.fleet('publish', file, ...rings, '--soak', soak, '--wait', '30s');
}

interface SiteLine {
  readonly site: string;
  readonly mode: string;
  readonly policy?: { readonly version: number };
}

async function sitesOf({ fleet }: Centre): Promise<SiteLine[]> {
  const told: SiteLine[] = JSON.parse((await fleet('sites', '--json')).stdout);
  return told;
}
