import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord, Label } from '../../src/judge/journal.ts';
import { startAsterisk } from './asterisk.ts';
import { ghostgate } from './daemon.ts';
import { INTERNAL } from './freeswitch.ts';
import type { FreeswitchScene } from './freeswitch-scene.ts';
import { startGoodTraffic } from './good.ts';
import { HELD_OUT } from './held-out.ts';
import { installOn } from './install.ts';
import { office, TRUNK, type Net } from './net.ts';
import { must, sleep } from './process.ts';
import { policyText } from './policy.ts';
import type { Report } from './report.ts';
import type { Site } from './site.ts';
import type { Variant } from './variant.ts';

/** The journal is written behind the verdicts. */
const WRITTEN_AFTER_MS = 2000;
/** An INVITE that never answers its challenge is told when FreeSWITCH gives it up. */
const GIVEN_UP_MS = 15_000;

/**
 * Records what one PBX tells of the held-out attacks, with good traffic beside them and nobody shut
 * out, as a labelled set: test/captures/held-out.
 */
export async function record(
  { undo, net, variant, folder, told }: Site,
  into: string,
): Promise<void> {
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);
  const { secretFile, tokenFile } = await installOn(asterisk, folder);
  const policy = policyText(variant, { folder, secretFile, tokenFile, enforce: ['observe'] });
  const daemon = ghostgate(undo, net, folder, policy.replace('mode: enforce', 'mode: observe'));
  told.say(`== ${variant.name}: ${asterisk.version}`);
  await daemon.start();
  const ports = { phones: variant.port, trunk: variant.port };
  const good = await startGoodTraffic(undo, net, ports, folder);
  await play(net, variant, folder);
  await good.stop();
  await sleep(WRITTEN_AFTER_MS);
  await daemon.stop();
  await asterisk.stop();
  keep(told, variant.name, folder, into);
}

/** The same from FreeSWITCH's profile that challenges whoever calls, without good traffic. */
export async function recordFreeswitch(
  { net, told, folder, daemon }: FreeswitchScene,
  into: string,
): Promise<void> {
  const name = 'freeswitch-internal';
  await play(net, { name, version: '22', driver: 'pjsip', guests: true, port: INTERNAL }, folder);
  await sleep(GIVEN_UP_MS);
  await daemon.stop();
  keep(told, name, folder, into);
}

async function play(net: Net, variant: Variant, folder: string): Promise<void> {
  for (const one of HELD_OUT) {
    await one.run(net, variant, folder);
    await sleep(500);
  }
}

/** Writes what was recorded as a labelled set. */
function keep(told: Report, name: string, folder: string, into: string): void {
  const lines = labelled(join(folder, 'store', 'journal'));
  writeFileSync(join(into, `${name}.jsonl`), lines.map((line) => `${line}\n`).join(''));
  for (const one of HELD_OUT) {
    const seen = lines.filter((line) => line.includes(`"class":"${one.class}"`)).length;
    told.say(`       ${one.class}: ${seen} events`);
  }
}

/** Events with their labels and without what was decided then; what else the judge must know as it is. */
function labelled(journal: string): string[] {
  const labels = new Map<string, Label>();
  for (const one of HELD_OUT) {
    for (const from of one.from) labels.set(from, { good: false, class: one.class });
  }
  labels.set(TRUNK, { good: true, class: 'lab-trunk' });
  for (let host = 1; host <= 10; host++) {
    labels.set(office(host), { good: true, class: 'lab-phones' });
  }
  return readdirSync(journal)
    .toSorted()
    .flatMap((name) => readFileSync(join(journal, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .flatMap((line): string[] => {
      const told: JournalRecord = JSON.parse(line);
      if (told.record !== 'event') {
        return KEPT.has(told.record) ? [line] : [];
      }
      const { verdict: _, ...event } = told;
      const label = labels.get(told.event.source.address);
      return label === undefined ? [] : [JSON.stringify({ ...event, label })];
    });
}

const KEPT: ReadonlySet<string> = new Set(['own', 'registrations', 'registrations-changed']);
