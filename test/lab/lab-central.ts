import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CentralReport, CentralSite } from '../../src/web/central.ts';
import { frontDesk, ghostCalls, goodCalls } from './central-calls.ts';
import type { CentralNet } from './central-net.ts';
import { cut, makeCentralNet, mend, SCANNER, SITES, STRANGER } from './central-net.ts';
import { certificate, freeswitchSite, sshSite, tlsSite } from './central-sites.ts';
import { fromBuild } from './daemon.ts';
import { eventually, must, run, sleep, start } from './process.ts';
import type { Report } from './report.ts';
import { inLab, workplace } from './workplace.ts';

// Entered by test/lab/run-central: one Ghostgate in the office's namespace guards the PBXs of three
// customers in theirs: Asterisk 16 by AMI over TLS, Asterisk 22 and a replayed FreeSWITCH by SSH.
const { values } = parseArgs({
  options: { keep: { type: 'boolean' }, undo: { type: 'string' }, rtt: { type: 'boolean' } },
});
const place = workplace('lab-central', values.undo);
const { folder, undo } = place;
const sites = join(folder, 'sites');
const main = fromBuild('src', 'main.js');
process.exitCode = await inLab(place, values.keep, lab);

async function lab(told: Report): Promise<void> {
  const net = await makeCentralNet(undo);
  mkdirSync(sites);
  const north = await tlsSite(undo, net, join(folder, 'north'));
  const south = await sshSite(undo, net, join(folder, 'south'));
  const west = await freeswitchSite(undo, net, join(folder, 'west'));
  const { version } = north.asterisk;
  told.say(
    `== north: ${version} over TLS; south: ${south.asterisk.version} over SSH; west: a replayed FreeSWITCH over SSH`,
  );
  policy('north', north.pbx);
  policy('south', south.pbx);
  policy('west', west, 'gate: { enabled: false }');
  const ghostgate = startCentral(net);
  const up = await until(net, (all) => all.length === 3 && all.every(isUp));
  told.check('three sites up in one process', up !== undefined, `${up?.afterMs ?? 0} ms`);
  if (values.rtt === true) await roundTrips(net, north.pbx);
  else await guarded(net, north, south);
  told.check('it still runs', ghostgate.isRunning());

  async function guarded(on: CentralNet, first: typeof north, second: typeof south): Promise<void> {
    const deskNorth = await frontDesk(undo, on, 'north', join(folder, 'north'));
    const deskSouth = await frontDesk(undo, on, 'south', join(folder, 'south'));
    const calls = async (): Promise<string> =>
      (await Promise.all([goodCalls(on, 'north', 5), goodCalls(on, 'south', 5)])).join(' and ');
    const good = await calls();
    told.check("both carriers' calls are answered", good === '5 and 5', `${good} of 5 and 5`);

    const refused = await ghostCalls(on, 'north', SCANNER, 30);
    told.check('a scanner at north: refused with 403', refused === 30, `${refused} of 30`);
    const held = await eventually(5000, async () =>
      (await bans(on, 'north')).includes(SCANNER) ? true : undefined,
    );
    told.check('north shuts it out', held !== undefined);
    const inGate = await first.asterisk.cli('database show ghostgate');
    told.check("the ban lies in north's own gate", inGate.includes(SCANNER));
    const elsewhere = await second.asterisk.cli('database show ghostgate');
    told.check('and not at the other customer', !elsewhere.includes(SCANNER));
    told.check('whose Ghostgate knows no ban of it', !(await bans(on, 'south')).includes(SCANNER));
    told.check(
      'no ghost call rang at north',
      deskNorth.ghosts().length === 0,
      `${deskNorth.ghosts().length}`,
    );
    const also = await ghostCalls(on, 'south', SCANNER, 10);
    const rang = deskSouth.ghosts().length;
    told.check(
      'at south it is refused as well',
      also === 10 && rang === 0,
      `${also} of 10, ${rang} rang`,
    );

    await cut(on.north, 5039);
    const away = await until(on, (all) => all.some((each) => each.site === 'north' && !isUp(each)));
    told.check('north is cut off: told', away !== undefined, `after ${away?.afterMs ?? 0} ms`);
    const text = await run(
      'node',
      [main, 'central', 'status', '--run-folder', join(folder, 'run')],
      { netns: on.office },
    );
    told.check(
      'central status exits with 1 and names it',
      text.code === 1 && /north: PBX north is/.test(text.stdout),
    );
    const alone = await calls();
    told.check('good calls of both go on', alone === '5 and 5', `${alone} of 5 and 5`);
    const byItself = await ghostCalls(on, 'north', STRANGER, 10);
    told.check("north's gate refuses strangers alone", byItself === 10, `${byItself} of 10`);
    const judged = await ghostCalls(on, 'south', STRANGER, 10);
    told.check(
      'south is guarded as before',
      judged === 10 && (await bans(on, 'south')).includes(STRANGER),
    );
    told.check(
      'no ghost call rang anywhere',
      deskNorth.ghosts().length + deskSouth.ghosts().length === 0,
    );
    await mend(on.north);
    const back = await until(on, (all) => all.every(isUp), 30_000);
    told.check(
      'north is back when its link is',
      back !== undefined,
      `after ${back?.afterMs ?? 0} ms`,
    );

    const before = await connections(on, 'south');
    await run('bash', [
      '-c',
      `for pid in $(ip netns pids ${on.south}); do case "$(cat /proc/$pid/cmdline | tr '\\0' ' ')" in "sshd: root"*) kill $pid;; esac; done`,
    ]);
    const again = await eventually(30_000, async () => {
      const links = await connections(on, 'south');
      return links > before || undefined;
    });
    told.check(
      'south is back after its SSH was killed',
      again !== undefined,
      `after ${again?.afterMs ?? 0} ms`,
    );

    policy('north', first.pbx.replace('ca.pem', 'other.pem'));
    const wrong = await until(on, (all) => says(all, 'north', /did not sign it/));
    told.check('another authority is refused, with what to do', wrong !== undefined);
    await certificate(first.asterisk, 'old');
    policy('north', first.pbx);
    const old = await until(on, (all) => says(all, 'north', /has expired.*Renew/s));
    told.check('a certificate that is over is refused, with what to do', old !== undefined);
    const print = await must('openssl', 'x509 -noout -fingerprint -sha256 -in old.crt'.split(' '), {
      cwd: join(folder, 'north'),
    });
    const fingerprint = print.trim().split('=')[1] ?? '';
    policy(
      'north',
      first.pbx.replace(/tls: \{ ca_file: \S+ \}/, `tls: { fingerprint: '${fingerprint}' }`),
    );
    const pinned = await until(on, (all) => all.every(isUp), 30_000);
    told.check('by its fingerprint it is believed', pinned !== undefined);

    writeFileSync(join(sites, 'twin.yaml'), 'site: south\npbxs: nobody\n');
    const bad = await until(on, (all) => all.some(({ state }) => state === 'refused'));
    told.check('a bad file is told', bad !== undefined);
    const still = await until(on, (all) => all.filter(isUp).length === 3);
    told.check('and keeps nobody from being guarded', still !== undefined);
    rmSync(join(sites, 'west.yaml'));
    const gone = await until(on, (all) => !all.some(({ site }) => site === 'west'));
    told.check('a file taken away ends its site', gone !== undefined);
  }

  async function roundTrips(on: CentralNet, pbx: string): Promise<void> {
    await frontDesk(undo, on, 'north', join(folder, 'north'));
    const relay = fromBuild('test', 'lab', 'slow-relay.js');
    const near = pbx
      .replace(`host: ${SITES.north}, port: 5039`, 'host: 127.0.0.1, port: 5139')
      .replace('ca.pem }', 'ca.pem, name: pbx.north }');
    policy('north', near, 'calls: { from_strangers: pass }');
    // Its files are looked at every five seconds; before that a stranger earns a ban.
    await sleep(13_000);
    for (const ms of [0, 5, 10, 15, 20, 25, 30, 40]) {
      const args = [relay, '5139', SITES.north, '5039', String(ms)];
      const log = join(folder, `relay-${ms}.log`);
      const slow = start(undo, 'node', args, { netns: on.office, log });
      await sleep(1000);
      const isBack = await until(on, (all) => all.every(isUp), 30_000);
      const answered = await goodCalls(on, 'north', 40, { netns: on.scanner, from: STRANGER });
      const carrier = await goodCalls(on, 'north', 10);
      const seen = `strangers let through ${answered} of 40, the carrier's calls ${carrier} of 10`;
      told.say(`round trip ${2 * ms} ms: ${isBack === undefined ? 'not up; ' : ''}${seen}`);
      await slow.stop();
    }
  }
  await ghostgate.stop();
}

function policy(site: string, pbx: string, more = ''): void {
  const gate = more.includes('gate:') ? '' : 'gate: { enabled: true }\n';
  writeFileSync(
    join(sites, `${site}.yaml`),
    `site: ${site}
mode: enforce
pbxs:
${pbx}trunks:
  - { name: carrier, sources: [198.18.12.1] }
${gate}${more}
`,
  );
}

function startCentral(net: CentralNet) {
  const args = ['central', 'run', sites, '--state', join(folder, 'state')];
  return start(undo, 'node', [main, ...args, '--run-folder', join(folder, 'run')], {
    netns: net.office,
    log: join(folder, 'ghostgate.log'),
  });
}

async function until(
  net: CentralNet,
  fits: (all: readonly CentralSite[]) => boolean,
  ms = 20_000,
): Promise<{ afterMs: number } | undefined> {
  return await eventually(ms, async () => {
    const args = [main, 'central', 'status', '--json', '--run-folder', join(folder, 'run')];
    const { stdout } = await run('node', args, { netns: net.office });
    if (!stdout.startsWith('{')) return undefined;
    const told: CentralReport = JSON.parse(stdout);
    return fits(told.sites) || undefined;
  });
}

async function bans(net: CentralNet, site: string): Promise<string> {
  const socket = join(folder, 'run', `${site}.sock`);
  return await must('node', [main, 'bans', '--json', '--socket', socket], { netns: net.office });
}

/** How often the link of this site was made; 0 while it is not up. */
async function connections(net: CentralNet, site: string): Promise<number> {
  const socket = join(folder, 'run', `${site}.sock`);
  const { stdout } = await run('node', [main, 'status', '--json', '--socket', socket], {
    netns: net.office,
  });
  const told: { pbxs: { state: string; counters: { connections: number } }[] } = JSON.parse(stdout);
  return told.pbxs[0]?.state === 'up' ? told.pbxs[0].counters.connections : 0;
}

function isUp({ state, pbxs = [] }: CentralSite): boolean {
  return state === 'running' && pbxs.length > 0 && pbxs.every((each) => each.state === 'up');
}

function says(all: readonly CentralSite[], site: string, words: RegExp): boolean {
  return all.some((each) => each.site === site && words.test(each.problems.join('\n')));
}
