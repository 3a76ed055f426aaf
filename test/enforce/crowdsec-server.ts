import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crowdsec } from '../../src/enforce/crowdsec.ts';
import { eventually, type Place } from './contract.ts';
import { run } from './namespace.ts';

export interface CrowdsecPlace extends Place {
  readonly url: string;
  /** Key of a bouncer. */
  readonly key: string;
  /** Runs cscli with the configuration of this server. */
  readonly cscli: (...words: string[]) => string;
  /** What a bouncer hears when it asks for every decision: scope and value. */
  readonly heard: () => Promise<string[]>;
}

const PASSWORD = 'of the test';

/**
 * A local API of the test's own, with database and configuration in a folder and no way to the
 * central API; or words that say why there is none here.
 */
export async function crowdsecServer(): Promise<CrowdsecPlace | string> {
  try {
    run(['crowdsec', '-version']);
    run(['cscli', 'version']);
  } catch {
    return 'needs crowdsec';
  }
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-crowdsec-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  for (const sub of ['data', 'hub', 'notifications', 'plugins']) await mkdir(join(folder, sub));
  await writeFile(join(folder, 'config.yaml'), configuration(folder, port));
  await writeFile(join(folder, 'client.yaml'), '');
  await writeFile(join(folder, 'profiles.yaml'), PROFILES);
  await writeFile(join(folder, 'simulation.yaml'), 'simulation: false\n');
  const config = ['-c', join(folder, 'config.yaml')];
  const cscli = (...words: string[]): string => run(['cscli', ...config, ...words]);
  for (const name of ['ghostgate', 'other']) {
    cscli('machines', 'add', name, '--password', PASSWORD, '-f', '/dev/null');
  }
  cscli('machines', 'add', 'cscli', '--password', PASSWORD, '-f', join(folder, 'client.yaml'));
  const key = cscli('bouncers', 'add', 'test', '-o', 'raw').trim();
  const server = spawn('crowdsec', [...config, '-no-cs'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  await eventually(() =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    url,
    key,
    cscli,
    make: () => crowdsec({ url, machine: 'ghostgate', password: PASSWORD }),
    heard: async () => {
      const answer = await fetch(`${url}/v1/decisions/stream?startup=true`, {
        headers: { 'x-api-key': key, 'user-agent': 'test/1' },
      });
      const { new: decisions } = (await answer.json()) as Stream;
      return (decisions ?? []).map(({ scope, value }) => `${scope} ${value}`).toSorted();
    },
    async remove() {
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Stream {
  readonly new: readonly { scope: string; value: string }[] | null;
}

function configuration(folder: string, port: number): string {
  return `common: { daemonize: false, log_media: stdout, log_level: warning, working_dir: ${folder} }
config_paths:
  config_dir: ${folder}/
  data_dir: ${folder}/data/
  hub_dir: ${folder}/hub/
  index_path: ${folder}/hub/.index.json
  notification_dir: ${folder}/notifications/
  plugin_dir: ${folder}/plugins/
  simulation_path: ${folder}/simulation.yaml
db_config: { type: sqlite, db_path: ${folder}/data/crowdsec.db, use_wal: true }
api:
  client: { credentials_path: ${folder}/client.yaml }
  server: { listen_uri: '127.0.0.1:${port}', profiles_path: ${folder}/profiles.yaml }
prometheus: { enabled: false }
`;
}

/** As Debian ships it: for alerts that come without a decision, never ours. */
const PROFILES = `name: default_ip_remediation
filters: [Alert.Remediation == true && Alert.GetScope() == "Ip"]
decisions: [{ type: ban, duration: 4h }]
on_success: break
`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
