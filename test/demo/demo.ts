// The whole daemon against a built-in AMI server that replays captured attacks mixed with good
// calls. `run` on a real PBX differs only in the policy.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { startAmiServer } from '../fake/ami-server.ts';
import { fileURLToPath } from 'node:url';
import type { LogLine } from './print.ts';
import { lineText, text } from './print.ts';
import { OFFICE, SCENES, TRUNK, stage } from './scenes.ts';

const SCENE_MS = 900;
const GATE_MS = 100;
const PASSWORD = 'ghosts-stay-out';
const { values } = parseArgs({ options: { seconds: { type: 'string' } } });
const endsAt = values.seconds === undefined ? Infinity : Date.now() + Number(values.seconds) * 1000;

const folder = mkdtempSync(join(tmpdir(), 'ghostgate-demo-'));
const pbx = await startAmiServer();
pbx.contacts = [
  {
    ObjectName: '6002;@demo',
    Uri: `sip:6002@${OFFICE}:5060`,
    ViaAddress: `${OFFICE}:5060`,
    Status: 'Reachable',
    Endpoint: '6002',
    UserAgent: 'Yealink T46',
    Aor: '6002',
  },
];
pbx.endpoints = [
  { ObjectType: 'endpoint', ObjectName: '6002', Aor: '6002', Auths: '6002 ', OutboundAuths: '' },
  { ObjectType: 'endpoint', ObjectName: 'trunk', Aor: 'trunk', Auths: '', OutboundAuths: '' },
];
const policy = join(folder, 'policy.yaml');
writeFileSync(
  policy,
  `site: demo
mode: enforce
pbxs:
  - name: demo
    asterisk: { port: ${pbx.port}, username: ghostgate, secret: { env: DEMO_SECRET } }
trunks:
  - { name: carrier, sources: [${TRUNK}] }
gate: { enabled: true }
enforce: [observe]
store: { path: ${folder} }
control: { socket: ${join(folder, 'demo.sock')} }
metrics: { listen: off }
page:
  users: [{ name: demo, password: { env: DEMO_PASSWORD } }]
`,
);

console.log(`${styleText('bold', 'Ghostgate demo')}: a small PBX under attack, until Ctrl-C.
The carrier is ${TRUNK}, the office ${OFFICE}, everybody else a stranger.

Page      http://127.0.0.1:9868 (name demo, password ${PASSWORD})
Policy    ${policy}
Commands  in another terminal, in this folder:
            export GHOSTGATE_SOCKET=${join(folder, 'demo.sock')}
            node dist/src/main.js status    # watch, bans, explain 203.0.113.66 …
`);
const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const daemon = spawn(process.execPath, [main, 'run', '--policy', policy], {
  env: { ...process.env, DEMO_SECRET: 'secret', DEMO_PASSWORD: PASSWORD },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const seen: Record<string, number> = { pass: 0, watch: 0, reject: 0, ban: 0, 'shut out': 0 };
const state = { up: false, stopping: false, lost: 0, rang: 0 };
createInterface(daemon.stdout).on('line', (json) => {
  const line = JSON.parse(json) as LogLine;
  if (line['event'] === 'link' && line['state'] === 'up') state.up = true;
  const kind = line['event'] === 'ban' ? 'shut out' : text(line['verdict']);
  if (kind in seen) seen[kind] = (seen[kind] ?? 0) + 1;
  const isGood = line['source'] === TRUNK || line['source'] === OFFICE;
  if (isGood && (kind === 'reject' || kind === 'ban')) state.lost++;
  if (text(line['msg']).startsWith('a rejected call had already')) state.rang++;
  // A challenge comes before every honest registration too.
  if (line['event'] === 'challenged' && kind === 'pass') return;
  const shown = lineText(line);
  if (shown === undefined) return;
  // A scanner guesses on and on: the first few tell it all.
  const sort = [line['source'], line['verdict'], line['rule']].join(' ');
  const count = (alike.get(sort) ?? 0) + 1;
  alike.set(sort, count);
  if (line['verdict'] === undefined || count <= 2) console.log(shown);
});

/** Of the scene that is played: how often each source got each answer. */
const alike = new Map<string, number>();
function tellMore(): void {
  for (const [sort, count] of alike) {
    const [source, verdict, rule] = sort.split(' ');
    if (verdict === '' || count <= 2) continue;
    console.log(
      styleText('dim', `         … ${source}: ${verdict} by ${rule} ${count - 2} times more`),
    );
  }
  alike.clear();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    state.stopping = true;
  });
}
daemon.once('exit', () => {
  state.stopping = true;
});
for (let tries = 0; !state.up && !state.stopping && tries < 100; tries++) await setTimeout(100);
for (let turn = 0; !state.stopping && Date.now() < endsAt; turn++) {
  const scene = SCENES[turn % SCENES.length];
  if (scene === undefined) break;
  const { text: capture, rest, incoming, channels } = stage(scene, turn);
  for (const [channel, answers] of channels) pbx.channels.set(channel, answers);
  console.log(styleText('dim', scene.words));
  pbx.play(capture);
  await setTimeout(GATE_MS);
  // As the gate in the dialplan does: who is hung up meanwhile rings nobody.
  if (rest !== '' && pbx.channels.has(incoming)) pbx.play(rest);
  await setTimeout(SCENE_MS - GATE_MS);
  tellMore();
}

daemon.kill('SIGTERM');
if (daemon.exitCode === null) await new Promise((resolve) => daemon.once('exit', resolve));
await pbx.stop();
rmSync(folder, { recursive: true, force: true });
const figures = Object.entries(seen).map(([kind, count]) => `${count} ${kind}`);
console.log(
  `\n${styleText('bold', 'In all:')} ${figures.join(', ')}.\nGhost calls that rang: ${state.rang}. Good sources refused: ${state.lost}.`,
);
