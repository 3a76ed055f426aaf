import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ban, eventually } from './contract.ts';
import { crowdsecServer } from './crowdsec-server.ts';
import { namespace, type Namespace } from './namespace.ts';
import { wire } from './wire.ts';

const SCANNER = '198.51.100.1';
const CARRIER = '198.51.100.2';

test("crowdsec: CrowdSec's own bouncer drops the scanner's packets, and lets them through again", async (t) => {
  const pbx = namespace('crowdsec-firewall-bouncer', 'ipset', 'iptables', 'ip6tables');
  if (typeof pbx === 'string') return t.skip(pbx);
  const stranger = namespace();
  if (typeof stranger === 'string') return t.skip(stranger);
  const api = await crowdsecServer();
  if (typeof api === 'string') return t.skip(api);
  const line = await wire(pbx, stranger, [SCANNER, CARRIER], [5060]);
  const enforcer = api.make();
  const bouncer = await startBouncer(api.url, api.key, pbx);
  let count = 0;
  /** Of one packet of the scanner, then one of the carrier: the wire keeps the order. */
  const hearsScanner = async (): Promise<boolean> => {
    const mark = String(++count);
    line.send(SCANNER, 5060, `scanner ${mark}`);
    line.send(CARRIER, 5060, `carrier ${mark}`);
    await eventually(() => line.arrived.includes(`carrier ${mark}`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return line.arrived.includes(`scanner ${mark}`);
  };
  try {
    await enforcer.open();
    await eventually(hearsScanner);
    await enforcer.ban([ban(SCANNER)]);
    await eventually(async () => !(await hearsScanner()));
    await enforcer.release([SCANNER]);
    await eventually(hearsScanner);
  } finally {
    await bouncer.stop();
    line.close();
    await api.remove();
    pbx.remove();
    stranger.remove();
  }
});

/** Runs where the API is; the programs that it calls run in the namespace of the PBX. */
async function startBouncer(url: string, key: string, pbx: Namespace) {
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-bouncer-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const program of ['ipset', 'iptables', 'ip6tables', 'iptables-save', 'ip6tables-save']) {
    const file = join(bin, program);
    await writeFile(file, `#!/bin/sh\nexec ${pbx.inside.join(' ')} /usr/sbin/${program} "$@"\n`);
    await chmod(file, 0o755);
  }
  const config = join(folder, 'bouncer.yaml');
  await writeFile(
    config,
    `mode: iptables
update_frequency: 1s
daemonize: false
log_mode: stdout
log_level: info
api_url: ${url}/
api_key: ${key}
disable_ipv6: false
deny_action: DROP
supported_decisions_types: [ban]
blacklists_ipv4: crowdsec-blacklists
blacklists_ipv6: crowdsec6-blacklists
ipset_type: nethash
iptables_chains: [INPUT]
prometheus: { enabled: false }
`,
  );
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const child = spawn('crowdsec-firewall-bouncer', ['-c', config], { stdio: 'ignore', env });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
