import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signingKey } from '../../src/fleet/nkey.ts';
import { newKeys } from '../fleet/nats.ts';
import type { Keys } from '../fleet/nats.ts';
import { startAsterisk } from './asterisk.ts';
import { fromBuild, ghostgate } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { HUB, makeFleetNet, SITES, natsConfig } from './fleet-net.ts';
import type { FleetNet } from './fleet-net.ts';
import { installOn } from './install.ts';
import { countReached, kernelHolds, reachedFrom } from './kernel.ts';
import { breakGoodCalls, enforceByRings } from './phase-fleet-policy.ts';
import { eventually, must, run, sleep, start } from './process.ts';
import type { Report } from './report.ts';
import { inLab, workplace } from './workplace.ts';
import { sip } from './sip.ts';
import { variants } from './variant.ts';

// Entered by test/lab/run-fleet: three sites of one fleet, each in a namespace of its own with its
// own kernel table: Asterisk 16, Asterisk 22, and a replayed FreeSWITCH; nats-server in a fourth.
// A scanner walks from one to the next: the second and the third never hear it.
const { values } = parseArgs({ options: { keep: { type: 'boolean' }, undo: { type: 'string' } } });
const place = workplace('lab-fleet', values.undo);
const { folder, undo } = place;
let nats: ReturnType<typeof start> | undefined;
process.exitCode = await inLab(place, values.keep, main);

async function main(told: Report): Promise<void> {
  const net = await makeFleetNet(undo);
  const operator = newKeys();
  const keys = { north: newKeys(), south: newKeys(), west: newKeys() };
  await hub(net, operator, keys);
  const north = await asteriskSite(net, 'north', '16', keys.north, operator);
  const south = await asteriskSite(net, 'south', '22', keys.south, operator);
  const west = await freeswitchSite(net, keys.west, operator);
  told.say('== north: Asterisk 16; south: Asterisk 22; west: a replayed FreeSWITCH');

  const program = fromBuild('src', 'main.js');
  const at = ['--server', 'nats://127.0.0.1:4222', '--key', join(folder, 'operator.key')];
  const fleet = (...words: string[]) =>
    run('node', [program, 'fleet', ...words, ...at], { netns: net.hub, timeoutMs: 180_000 });
  const centre = { told, net, folder, daemons: { north, south, west }, fleet };
  await enforceByRings(centre);

  const walker = SITES.scanner(66);
  for (const name of ['north', 'south', 'west'] as const) await countReached(net[name], 5060);
  const startedAt = Date.now();
  await attack(net, walker, SITES.north);
  const everywhere = await eventually(10_000, async () => {
    const held = await Promise.all(
      (['north', 'south', 'west'] as const).map((name) => kernelHolds(net[name], walker)),
    );
    return held.every(Boolean) ? Date.now() : undefined;
  });
  told.check(
    'the scanner that north caught is shut out in the kernel of all three',
    everywhere !== undefined,
    everywhere === undefined
      ? 'not within 10 s'
      : `${everywhere.value - startedAt} ms after its first packet was on its way`,
  );
  const spread = await spreadMs(north, [south, west], walker);
  told.check('ban at north to shut out at south and west', spread < 250, `${spread} ms`);

  for (const name of ['south', 'west'] as const) {
    await attack(net, walker, SITES[name]);
    const heard = await reachedFrom(net[name], walker);
    told.check(`${name} never hears it`, heard === 0, `${heard} packets`);
  }
  for (const [name, daemon] of [
    ['south', south],
    ['west', west],
  ] as const) {
    const why = await daemon.command('explain', walker);
    told.check(
      `${name} says who told it`,
      why.replaceAll(/\s+/g, ' ').includes('told by site north'),
    );
  }

  // Calls are forgeable evidence (the capture's, played over and over): one site's word is too little.
  const replayed = '198.18.1.24';
  const own = await eventually(
    10_000,
    async () => (await kernelHolds(net.west, replayed)) || undefined,
  );
  const others = await Promise.all(
    [net.north, net.south].map((name) => kernelHolds(name, replayed)),
  );
  told.check('west shuts out whom its FreeSWITCH heard', own !== undefined);
  told.check('on forgeable evidence of west alone nobody else does', !others.some(Boolean));

  // An unban over all sites, by the operator.
  await fleet('unban', walker, '--because', 'the lab says so');
  const free = await eventually(10_000, async () => {
    const held = await Promise.all(
      (['north', 'south', 'west'] as const).map((name) => kernelHolds(net[name], walker)),
    );
    return held.some(Boolean) ? undefined : true;
  });
  told.check('an unban by the operator frees it in all three kernels', free !== undefined);
  told.say((await fleet('status')).stdout);

  // NATS dies: a site goes on alone, and tells when it is back.
  await nats?.stop('SIGKILL');
  const second = SITES.scanner(67);
  await attack(net, second, SITES.north);
  const alone = await eventually(
    10_000,
    async () => (await kernelHolds(net.north, second)) || undefined,
  );
  told.check('with NATS dead north guards on alone', alone !== undefined);
  await sleep(1000);
  nats = startNats(net);
  const late = await eventually(
    40_000,
    async () => (await kernelHolds(net.south, second)) || undefined,
  );
  told.check(
    'south hears of it when NATS is back',
    late !== undefined,
    `${Math.round(late?.afterMs ?? 0)} ms`,
  );
  await breakGoodCalls(centre);
  for (const daemon of [north, south, west]) await daemon.stop();
}

/** Passwords guessed over TCP, whose source cannot be forged: Asterisk's security events tell it. */
async function attack(net: FleetNet, from: string, host: string): Promise<void> {
  await sip(net.scanner, {
    method: 'REGISTER',
    host,
    port: 5060,
    from,
    transport: 'tcp',
    user: '6001',
    passwords: Array.from({ length: 12 }, (_, at) => `guess-${at}`),
    waitMs: 400,
  }).catch(() => undefined);
}

/** By the daemons' own logs: from the one's ban to the last of the others'. */
async function spreadMs(first: Daemon, others: readonly Daemon[], target: string): Promise<number> {
  const at = (daemon: Daemon): number => {
    const line = daemon.log().find((each) => {
      return each.event === 'ban' && 'target' in each && each.target === target;
    });
    return Date.parse(line?.time ?? '');
  };
  await sleep(200);
  return Math.max(...others.map(at)) - at(first);
}

async function hub(net: FleetNet, operator: Keys, keys: Readonly<Record<string, Keys>>) {
  writeFileSync(join(folder, 'operator.key'), operator.seed, { mode: 0o600 });
  writeFileSync(join(folder, 'nats.conf'), natsConfig(join(folder, 'js'), operator, keys));
  nats = startNats(net);
  const program = fromBuild('src', 'main.js');
  const at = ['--server', 'nats://127.0.0.1:4222', '--key', join(folder, 'operator.key')];
  await sleep(500);
  await must('node', [program, 'fleet', 'init', ...at], { netns: net.hub });
  for (const [site, { key }] of Object.entries(keys)) {
    await must('node', [program, 'fleet', 'add', site, key.publicKey, ...at], { netns: net.hub });
  }
}

function startNats(net: FleetNet) {
  const log = join(folder, 'nats.log');
  return start(undo, 'nats-server', ['-c', join(folder, 'nats.conf')], { netns: net.hub, log });
}

async function asteriskSite(
  net: FleetNet,
  name: 'north' | 'south',
  version: '16' | '22',
  keys: Keys,
  operator: Keys,
): Promise<Daemon> {
  const own = join(folder, name);
  mkdirSync(own);
  const variant = variants().find((one) => one.name === `${version}-pjsip-guests`);
  if (variant === undefined) throw new Error(`no variant of ${version}`);
  const asterisk = await startAsterisk(undo, net[name], variant, own);
  const { secretFile, tokenFile } = await installOn(asterisk, own);
  return await daemonOf(net, name, own, keys, operator, [
    `    asterisk: { username: ghostgate, secret: { file: ${secretFile} }, channel_token: { file: ${tokenFile} } }`,
  ]);
}

async function freeswitchSite(net: FleetNet, keys: Keys, operator: Keys): Promise<Daemon> {
  const own = join(folder, 'west');
  mkdirSync(own);
  writeFileSync(join(own, 'esl.password'), 'secret', { mode: 0o600 });
  const replayer = fromBuild('test', 'lab', 'replayed-freeswitch.js');
  start(undo, 'node', [replayer], { netns: net.west, log: join(own, 'freeswitch.log') });
  await sleep(500);
  return await daemonOf(net, 'west', own, keys, operator, [
    `    freeswitch: { password: { file: ${own}/esl.password } }`,
  ]);
}

async function daemonOf(
  net: FleetNet,
  name: 'north' | 'south' | 'west',
  own: string,
  { seed }: Keys,
  operator: Keys,
  pbx: readonly string[],
): Promise<Daemon> {
  if (signingKey(seed) === undefined) throw new Error('no key');
  writeFileSync(join(own, 'fleet.key'), seed, { mode: 0o600 });
  const policy = `site: ${name}
extends: fleet
pbxs:
  - name: ${name}
${pbx.join('\n')}
trunks: [{ name: carrier, sources: [${SITES.carrier}] }]
enforce:
  - nftables: { sip_ports: [5060, 5080] }
store: { path: ${own}/store }
metrics: { listen: off }
fleet:
  servers: ['nats://${HUB}:4222']
  allow_clear_text_over_network: true
  credentials: { file: ${own}/fleet.key }
  operator: ${operator.key.publicKey}
`;
  const daemon = ghostgate(undo, { ...net.asNet, pbx: net[name] }, own, policy);
  await daemon.start();
  return daemon;
}
