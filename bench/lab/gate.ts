// What the gate costs a good call: from its INVITE coming to the PBX to its INVITE going out to
// the phone, by one capture on the PBX's own interface. An Asterisk 22; 50 calls a second, from
// a trunk that the gate knows and from a caller that it does not, beside the same PBX with Ghostgate
// attached and no gate, and with nothing of ours; then the trunk's calls again under a flood of 200
// ghost calls a second, unguarded, behind the gate alone, and with the packet filter in force.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startAsterisk } from '../../test/lab/asterisk.ts';
import { ghostgate } from '../../test/lab/daemon.ts';
import { startGhosts } from '../../test/lab/gate-traffic.ts';
import { startGoodTraffic } from '../../test/lab/good.ts';
import { installOn } from '../../test/lab/install.ts';
import { makeNet, TRUNK, TRUNK6, type Net } from '../../test/lab/net.ts';
import { policyText } from '../../test/lab/policy.ts';
import { sleep, start } from '../../test/lab/process.ts';
import { inBench, workplace } from '../../test/lab/workplace.ts';
import { variants, type Variant } from '../../test/lab/variant.ts';
import { percentile, table } from '../figures.ts';
import { delaysIn } from './invites.ts';
import { readPcap } from './pcap.ts';

const CALLS = 1000;

const place = workplace('bench');
const { folder, undo } = place;
await inBench(place, main);

async function main(): Promise<void> {
  const variant = variants().find(({ name }) => name === '22-pjsip-guests');
  if (variant === undefined) throw new Error('the lab has no 22-pjsip-guests any more');
  const net = await makeNet(undo);
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);
  const rows = [['ms from INVITE to INVITE', 'calls', 'p50', 'p95', 'p99', 'worst']];
  const measure = async (name: string, flood = false, from = TRUNK): Promise<number[]> => {
    const delays = await delaysOf(net, variant, { name: `run-${rows.length}`, flood, from });
    const shares = [0.5, 0.95, 0.99, 1].map((share) => percentile(delays, share).toFixed(2));
    rows.push([name, String(delays.length), ...shares]);
    return delays;
  };

  const places = await installOn(asterisk, folder, 'asterisk', ['--without', 'gate']);
  const bare = await measure('nothing of ours');
  const bareFlood = await measure('nothing of ours, 200 ghost calls/s', true);

  /** Runs with this policy, on an empty memory, while the work is done. */
  const guarded = async (
    enforce: string,
    gate: boolean,
    work: (policy: Rewritable) => Promise<void>,
  ) => {
    rmSync(join(folder, 'store'), { recursive: true, force: true });
    const lab = policyText(variant, { folder, ...places, enforce: [enforce] });
    const text = lab.replace(`sources: [${TRUNK}]`, `sources: [${TRUNK}, '${TRUNK6}']`);
    const policy = gate ? `${text}gate: { enabled: true }\n` : text;
    const daemon = ghostgate(undo, net, folder, policy);
    await daemon.start();
    await sleep(1000);
    await work({ text: policy, write: (next) => daemon.writePolicy(next) });
    await daemon.stop();
  };

  let attached: number[] = [];
  let attached6: number[] = [];
  await guarded('observe', false, async () => {
    attached = await measure('attached, no gate');
    attached6 = await measure('attached, no gate, by IPv6', false, TRUNK6);
  });
  await installOn(asterisk, folder);
  let known: number[] = [];
  let known6: number[] = [];
  await guarded('observe', true, async ({ text, write }) => {
    known = await measure('gate, known source');
    known6 = await measure('gate, known source, by IPv6', false, TRUNK6);
    // The trunk is one no more, and the judge lets strangers pass: they wait for its word.
    write(text.replace(/trunks:[\s\S]*?enforce:/, 'calls: { from_strangers: pass }\nenforce:'));
    await sleep(3000);
    await asterisk.cli('database deltree ghostgate/carrier');
    await measure('gate, unknown source that the judge lets pass');
  });
  await guarded('observe', true, async () => {
    await measure('gate alone, known source, 200 ghost calls/s', true);
  });
  let flooded: number[] = [];
  await guarded('nftables', true, async () => {
    flooded = await measure('gate and nftables, known source, 200 ghost calls/s', true);
  });
  console.log(table(rows));

  console.log(
    `\nthe gate adds p50 ${added(0.5, known, attached)}, p99 ${added(0.99, known, attached)} ms: promised 0.5 and 3`,
  );
  console.log(
    `by IPv6 it adds p50 ${added(0.5, known6, attached6)}, p99 ${added(0.99, known6, attached6)} ms`,
  );
  console.log(
    `being attached adds p50 ${added(0.5, attached, bare)}, p99 ${added(0.99, attached, bare)} ms`,
  );
  console.log(
    `under flood p99 is ${added(0.99, flooded, known)} ms later: promised 5 (unguarded: ${added(0.99, bareFlood, bare)})`,
  );
}

/** The policy in force, and how to put another in its place. */
interface Rewritable {
  readonly text: string;
  readonly write: (next: string) => void;
}

function added(share: number, one: readonly number[], other: readonly number[]): string {
  return (percentile(one, share) - percentile(other, share)).toFixed(2);
}

/** One run: the trunk's calls, and the flood when there is one. */
async function delaysOf(
  net: Net,
  variant: Variant,
  { name, flood, from }: { name: string; flood: boolean; from: string },
): Promise<number[]> {
  const own = mkdtempSync(join(folder, `${name}-`));
  const file = join(own, 'invites.pcap');
  const filter = ['udp', 'and', '(', 'port', String(variant.port), 'or', 'port', '5070', ')'];
  const args = ['-i', 'br0', '-n', '-U', '--immediate-mode', '-B', '65536', '-w', file, ...filter];
  const dump = start(undo, 'tcpdump', args, { netns: net.pbx, log: join(own, 'tcpdump.log') });
  await sleep(500);
  const ports = { phones: variant.port, trunk: variant.port };
  const good = await startGoodTraffic(undo, net, ports, own, {
    trunkEveryMs: 20,
    trunkCalls: CALLS,
    trunkFrom: from,
    phonesEveryMs: 60_000,
  });
  if (flood) {
    const pace = { calls: 200 * 20, aSecond: 200 };
    await startGhosts(undo, net, { ...pace, port: ports.trunk, folder: own, injecting: false })
      .ended;
  }
  for (let waited = 0; good.tallies().trunk.made < CALLS && waited < 60; waited++)
    await sleep(1000);
  await good.stop();
  await dump.stop('SIGINT');
  return delaysIn(readPcap(file));
}
