import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Daemon } from '../../src/daemon/handle.ts';
import { startDaemon } from '../../src/daemon.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { FakeAmi } from '../fake/ami-server.ts';
import { startAmiServer } from '../fake/ami-server.ts';
import { fromRoot } from '../root.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** A whole daemon on a fake PBX, in a folder of its own, gone when the test ends. */
export interface Scene {
  readonly daemon: Daemon;
  readonly folder: string;
  readonly pbx: FakeAmi;
  readonly socket: string;
  readonly policyPath: string;
  readonly lines: readonly LogLine[];
  /** Resolves with the first log line that fits, be it one of the past. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Writes the policy anew; `more` is YAML that follows what every scene has. */
  writePolicy(more: string): void;
}

export const TRUNK = '198.18.12.1';

/**
 * @param more YAML lines of the policy besides site, pbxs, trunks, store, control and metrics
 * @param pbxs YAML lines of further PBXs
 */
export async function openScene(
  t: TestContext,
  more: string,
  pbxs = '',
  site = 'test',
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-daemon-'));
  const pbx = await startAmiServer();
  const policyPath = join(folder, 'policy.yaml');
  const socket = join(folder, 'gg.sock');
  const writePolicy = (text: string): void =>
    writeFileSync(
      policyPath,
      `site: ${site}
pbxs:
  - name: pbx1
    asterisk: { port: ${pbx.port}, username: ghostgate, secret: { env: TEST_SECRET } }
${pbxs}
trunks:
  - { name: carrier, sources: [${TRUNK}] }
store: { path: ${folder} }
control: { socket: ${socket} }
metrics: { listen: off }
${text}
`,
    );
  writePolicy(more);
  process.env['TEST_SECRET'] = 'secret';
  const loaded = await loadPolicy(policyPath);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { lines, stream, logged } = collectLog();
  const daemon = await startDaemon(
    { policy: loaded.policy, path: policyPath, version: '0.0.0' },
    pino({ level: 'debug', base: null }, stream),
  );
  t.after(async () => {
    await daemon.stop();
    await pbx.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await logged((line) => line['event'] === 'link' && line['state'] === 'up');
  return { daemon, folder, pbx, socket, policyPath, lines, logged, writePolicy };
}

function collectLog() {
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const text of chunk.toString().split('\n')) {
        if (text !== '') lines.push(JSON.parse(text) as LogLine);
      }
      for (const look of waiting) look();
      done();
    },
  });
  const logged = (fits: (line: LogLine) => boolean): Promise<LogLine> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`not logged; the last lines: ${JSON.stringify(lines.slice(-5))}`));
      }, PATIENCE_MS);
      const look = (): void => {
        const found = lines.find(fits);
        if (found === undefined) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { lines, stream, logged };
}

/** Only a failing test waits this long. */
const PATIENCE_MS = 20_000;

/** A ghost call from 100, as Asterisk 22 told of it, from another address. @param at of its own, 1 to 9 */
export function callFrom(scene: Scene, from: string, at: number): void {
  const channel = `PJSIP/anonymous-0000000${at}`;
  const capture = readFileSync(
    fromRoot('test/captures/asterisk/22-pjsip-ghost-from-100.ami.txt'),
    'latin1',
  );
  scene.pbx.channels.set(channel, new Map([['CHANNEL(pjsip,remote_addr)', `${from}:5060`]]));
  scene.pbx.play(capture.replaceAll('PJSIP/anonymous-00001faf', channel));
}
