// Time and requests from the first hostile packet to silence, per source: 30 sources, 500
// requests a second each, against an Asterisk 22 without a door for guests; Ghostgate and
// fail2ban one after the other in the same lab.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAsterisk } from '../../test/lab/asterisk.ts';
import { installOn } from '../../test/lab/install.ts';
import { fromBuild, ghostgate } from '../../test/lab/daemon.ts';
import { startFail2ban } from '../../test/lab/fail2ban.ts';
import { makeNet, PBX, scanner, type Net } from '../../test/lab/net.ts';
import { policyText } from '../../test/lab/policy.ts';
import { must, sleep, start } from '../../test/lab/process.ts';
import { inBench, workplace } from '../../test/lab/workplace.ts';
import { variants, type Variant } from '../../test/lab/variant.ts';
import { percentile, table } from '../figures.ts';
import { readPcap, type Packet } from './pcap.ts';
import type { Volley } from './sender.ts';
import { watchBans } from './watch.ts';

const SOURCES = 30;
const PER_SECOND = 500;

/** The first hit decides, for both. */
const HITS = `rules:
  unknown-account: { hits: 1, within: 10m }
`;
const JAIL = `maxretry = 1
banaction = nftables
bantime = 1h
usedns = no`;

const HEAD = ['', 'p50', 'p95', 'worst'];

/** What one source saw; times in ms after its first packet. */
interface Silence {
  readonly bannedMs: number;
  readonly lastAnswerMs: number;
  readonly answered: number;
}

const place = workplace('bench');
const { folder, undo } = place;
await inBench(place, main);

async function main(): Promise<void> {
  const variant = variants().find(({ name }) => name === '22-pjsip-closed');
  if (variant === undefined) throw new Error('the lab has no 22-pjsip-closed any more');
  const net = await makeNet(undo);
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);

  const { secretFile, tokenFile } = await installOn(asterisk, folder);
  const secret = readFileSync(secretFile, 'utf8').trim();

  const floor = rowOf('floor: packet to AMI event', await measureFloor(net, variant, secret), 2);

  const places = { folder, secretFile, tokenFile, enforce: ['nftables'] };
  const daemon = ghostgate(undo, net, folder, `${policyText(variant, places)}${HITS}`);
  await daemon.start();
  const ours = await measure(net, variant, 'ghostgate', 10);
  await daemon.stop();
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });

  const messages = join(asterisk.root, 'var/log/asterisk/messages');
  const jail = { name: 'asterisk', settings: `${JAIL}\nlogpath = ${messages}` };
  const fail2ban = await startFail2ban(undo, net.pbx, folder, jail);
  const theirs = await measure(net, variant, 'fail2ban', 100);
  await fail2ban.stop();

  console.log(`${SOURCES} sources, ${PER_SECOND} requests/s each; ms from a source's first packet`);
  console.log(table([HEAD, ...rowsOf('ghostgate', ours), ...rowsOf('fail2ban', theirs), floor]));
  console.log(
    'promise: silence (last answer) p50 <= 2 ms, p95 <= 5 ms. nft monitor tells of a ban some',
  );
  console.log(
    'milliseconds after it is in force, when this busy machine lets it; it is shown for both alike.',
  );
}

async function measure(
  net: Net,
  variant: Variant,
  name: string,
  firstHost: number,
): Promise<Silence[]> {
  const watch = watchBans(undo, net.pbx);
  const { sources, packets } = await volley(net, variant, name, { firstHost, mostMs: 5000 });
  return sources.map((source) => silenceOf(source, packets, watch.bannedAt));
}

/** Nothing guards the PBX; a bare AMI client notes when it hears of each source. */
async function measureFloor(net: Net, variant: Variant, secret: string): Promise<number[]> {
  const log = join(folder, 'ami-clock.log');
  const args = [fromBuild('bench', 'lab', 'ami-clock.js'), 'ghostgate', secret];
  const clock = start(undo, 'node', args, { netns: net.pbx, log });
  const { sources, packets } = await volley(net, variant, 'floor', { firstHost: 200, mostMs: 100 });
  await clock.stop();
  const lines = readFileSync(log, 'utf8').split('\n');
  const heardAt = new Map(
    lines.map((line): [string, number] => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  );
  return sources.map((source) => (heardAt.get(source) ?? Infinity) - firstOf(packets, source));
}

/** Lets the sources attack one after another; every SIP packet that went to or from the PBX. */
async function volley(
  net: Net,
  variant: Variant,
  name: string,
  { firstHost, mostMs }: { firstHost: number; mostMs: number },
): Promise<{ sources: string[]; packets: Packet[] }> {
  const file = join(folder, `${name}.pcap`);
  const filter = ['udp', 'port', String(variant.port)];
  const args = ['-i', 'br0', '-n', '-U', '--immediate-mode', '-s', '96', '-w', file, ...filter];
  const log = join(folder, 'tcpdump.log');
  const dump = start(undo, 'tcpdump', args, { netns: net.pbx, log });
  await sleep(500);

  // One source more than is counted: it makes both load what they load at their first ban.
  const sources = Array.from({ length: SOURCES + 1 }, (_, at) => scanner(firstHost + at));
  const pace = { perSecond: PER_SECOND, silentMs: 300, mostMs };
  const order: Volley = { host: PBX, port: variant.port, sources, ...pace };
  const sender = fromBuild('bench', 'lab', 'sender.js');
  await must('node', [sender, JSON.stringify(order)], { netns: net.scanners, timeoutMs: 200_000 });
  await sleep(300);
  await dump.stop('SIGINT');
  return { sources: sources.slice(1), packets: readPcap(file) };
}

function silenceOf(
  source: string,
  packets: readonly Packet[],
  bannedAt: ReadonlyMap<string, number>,
): Silence {
  const first = firstOf(packets, source);
  const answers = packets.filter(({ to }) => to === source);
  return {
    bannedMs: (bannedAt.get(source) ?? Infinity) - first,
    lastAnswerMs: (answers.at(-1)?.at ?? first) - first,
    answered: answers.length,
  };
}

function firstOf(packets: readonly Packet[], source: string): number {
  const first = packets.find(({ from }) => from === source);
  if (first === undefined) throw new Error(`tcpdump saw no packet of ${source}`);
  return first.at;
}

function rowsOf(name: string, silences: readonly Silence[]): string[][] {
  const figures = (figure: (silence: Silence) => number) => silences.map(figure);
  return [
    rowOf(
      `${name}: told by nft monitor`,
      figures((one) => one.bannedMs),
      2,
    ),
    rowOf(
      `${name}: last answer`,
      figures((one) => one.lastAnswerMs),
      2,
    ),
    rowOf(
      `${name}: requests answered`,
      figures((one) => one.answered),
      0,
    ),
  ];
}

function rowOf(name: string, figures: readonly number[], digits: number): string[] {
  return [name, ...[0.5, 0.95, 1].map((share) => percentile(figures, share).toFixed(digits))];
}
