import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { signingKey, newSeed } from '../../src/fleet/nkey.ts';
import type { SigningKey } from '../../src/fleet/nkey.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { operatorRights, siteRights, userText } from '../../src/fleet/rights.ts';

export interface Keys {
  readonly seed: string;
  readonly key: SigningKey;
}

export function newKeys(): Keys {
  const seed = newSeed();
  const key = signingKey(seed);
  if (key === undefined) throw new Error('a new seed is no seed');
  return { seed, key };
}

/** A real nats-server on loopback, its rights as docs/fleet.md says. */
export interface Nats {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL, as a power cut. */
  kill(): Promise<void>;
  readonly pid: number | undefined;
}

/** Why there is no server to test with; undefined when there is. */
export function whyNoNats(): string | undefined {
  try {
    execFileSync('nats-server', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no nats-server is installed (Debian: apt-get install nats-server)';
  }
}

/**
 * A server and the hand of its operator, with these sites in the fleet; both end with the test.
 * @param more further lines of the server's configuration
 */
export async function newFleet(
  t: TestContext,
  folder: string,
  keys: Readonly<Record<string, Keys>>,
  more = '',
) {
  const operator = newKeys();
  const nats = await natsServer(folder, operator, keys, more);
  await nats.start();
  const reach = { servers: [nats.url], caFile: undefined };
  const hand = await openOperator(reach, operator.key);
  t.after(async () => {
    await hand.close();
    await nats.kill();
  });
  await hand.makeStreams();
  for (const [site, { key }] of Object.entries(keys)) {
    await hand.order({ order: 'site', site, key: key.publicKey });
  }
  return { operator, nats, hand };
}

/**
 * @param more further lines of its configuration
 * @param others users besides the operator and the sites
 */
export async function natsServer(
  folder: string,
  operator: Keys,
  sites: Readonly<Record<string, Keys>>,
  more = '',
  others: readonly string[] = [],
): Promise<Nats> {
  const port = await freePort();
  const config = join(folder, 'nats.conf');
  mkdirSync(join(folder, 'js'), { recursive: true });
  const users = [
    userText(operator.key.publicKey, operatorRights()),
    ...Object.entries(sites).map(([site, { key }]) => userText(key.publicKey, siteRights(site))),
    ...others,
  ];
  writeFileSync(
    config,
    `listen: 127.0.0.1:${port}
jetstream { store_dir: ${JSON.stringify(join(folder, 'js'))} }
max_payload: 64KB
authorization { users = [
${users.join(',\n')}
] }
${more}
`,
  );
  return runNats(config, port);
}

/** The server of this configuration, which listens there. */
export function runNats(config: string, port: number): Nats {
  let child: ChildProcess | undefined;
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    get pid() {
      return child?.pid;
    },
    async start() {
      child = spawn('nats-server', ['-c', config], { stdio: 'ignore' });
      for (let tries = 0; tries < 200; tries++) {
        if (await answers(port)) return;
        await pause(25);
      }
      throw new Error('nats-server does not listen');
    },
    async kill() {
      const dying = child;
      child = undefined;
      if (dying === undefined || dying.exitCode !== null) return;
      const gone = new Promise((resolve) => dying.once('exit', resolve));
      dying.kill('SIGKILL');
      await gone;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
