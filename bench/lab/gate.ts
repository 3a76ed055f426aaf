// What the gate costs a good call: from its INVITE coming to the PBX to its INVITE going out to
// the phone, by one capture on the PBX's own interface. An Asterisk 22; 50 calls a second, from
// a trunk that the gate knows and from a caller that it does not, beside the same dialplan without
// a gate; then the trunk's calls again under a flood of 200 ghost calls a second.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAsterisk } from '../../test/lab/asterisk.ts';
import { ghostgate } from '../../test/lab/daemon.ts';
import { startGhosts } from '../../test/lab/gate-traffic.ts';
import { startGoodTraffic } from '../../test/lab/good.ts';
import { installOn } from '../../test/lab/install.ts';
import { makeNet, type Net } from '../../test/lab/net.ts';
import { policyText } from '../../test/lab/policy.ts';
import { sleep, start, Undo } from '../../test/lab/process.ts';
import { variants, type Variant } from '../../test/lab/variant.ts';
import { percentile, table } from '../figures.ts';
import { delaysIn } from './invites.ts';

const CALLS = 1000;

const folder = mkdtempSync(join(tmpdir(), 'ghostgate-bench-'));
const undo = new Undo(join(folder, 'undo'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void undo.all().then(() => process.exit(130)));
}
try {
  await main();
} finally {
  await undo.all();
}
rmSync(folder, { recursive: true, force: true });

async function main(): Promise<void> {
  const variant = variants().find(({ name }) => name === '22-pjsip-guests');
  if (variant === undefined) throw new Error('the lab has no 22-pjsip-guests any more');
  const net = await makeNet(undo);
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);
  const rows = [['ms from INVITE to INVITE', 'calls', 'p50', 'p95', 'p99', 'worst']];
  const measure = async (name: string, flood = false): Promise<number[]> => {
    const delays = await delaysOf(net, variant, { name: `run-${rows.length}`, flood });
    const shares = [0.5, 0.95, 0.99, 1].map((share) => percentile(delays, share).toFixed(2));
    rows.push([name, String(delays.length), ...shares]);
    return delays;
  };

  await installOn(asterisk, folder, 'asterisk', ['--without', 'gate']);
  const bare = await measure('no gate');
  const bareFlood = await measure('no gate, nothing guards, 200 ghost calls/s', true);

  const installed = await installOn(asterisk, folder);
  const policy = `${policyText(variant, { folder, ...installed, enforce: ['observe'] })}gate: { enabled: true }\n`;
  const daemon = ghostgate(undo, net, folder, policy);
  await daemon.start();
  await sleep(1000);
  const known = await measure('gate, known source');
  const flooded = await measure('gate, known source, 200 ghost calls/s', true);
  // A trusted network that is wide: none of its addresses is in the gate, the judge lets it pass.
  daemon.writePolicy(
    policy.replace(/trunks:[\s\S]*?enforce:/, 'calls: { from_strangers: pass }\nenforce:'),
  );
  await sleep(3000);
  await asterisk.cli('database deltree ghostgate/carrier');
  await measure('gate, unknown source that the judge lets pass');
  await daemon.stop();
  console.log(table(rows));

  console.log(
    `\nthe gate adds p50 ${added(0.5, known, bare)}, p99 ${added(0.99, known, bare)} ms: promised 0.5 and 3`,
  );
  console.log(
    `under flood p99 is ${added(0.99, flooded, known)} ms later: promised 5 (unguarded: ${added(0.99, bareFlood, bare)})`,
  );
}

function added(share: number, one: readonly number[], other: readonly number[]): string {
  return (percentile(one, share) - percentile(other, share)).toFixed(2);
}

/** One run: the trunk's calls, and the flood when there is one. */
async function delaysOf(
  net: Net,
  variant: Variant,
  { name, flood }: { name: string; flood: boolean },
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
  return delaysIn(readFileSync(file));
}
