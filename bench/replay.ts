// A million lines of history through `ghostgate replay`, as a person would run it: a security log
// of Asterisk, a messages log without one, freeswitch.log, our own journal, and the first in gzip.
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { table, thousands } from './figures.ts';

const LINES = 1_000_000;
const SOURCES = 500;
const START = Date.UTC(2026, 10, 1);
const folder = mkdtempSync(join(tmpdir(), 'ghostgate-bench-'));
try {
  writeFileSync(
    join(folder, 'policy.yaml'),
    'site: bench\npbxs:\n  - name: bench\n    asterisk: { username: x, secret: { env: X } }\n',
  );
  const rows = [['', 'MB', 'seconds', 'lines/s', 'bans', 'resident MB']];
  for (const [name, line] of Object.entries({ security, messages, freeswitch, journal })) {
    const file = join(folder, name);
    await write(file, line);
    rows.push([`1,000,000 lines of ${name}`, ...measure(file)]);
    if (name !== 'security') continue;
    await pipeline(
      createReadStream(file),
      createGzip({ level: 1 }),
      createWriteStream(`${file}.gz`),
    );
    rows.push(['1,000,000 lines of security, gzip', ...measure(`${file}.gz`)]);
  }
  console.log(table(rows));
  console.log('promise: a million lines in under 60 s');
} finally {
  rmSync(folder, { recursive: true });
}

function measure(file: string): string[] {
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const args = [main, 'replay', file, '--policy', join(folder, 'policy.yaml'), '--json'];
  const startedAt = performance.now();
  const { stdout: text } = spawnSync(process.execPath, ['--require', peakFile(), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const report = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1)) as {
    lines: number;
    tally: { banned: number };
  };
  if (report.lines !== LINES) throw new Error(`${report.lines} lines read`);
  const peak = Number(/peak (\d+)/.exec(text)?.[1] ?? Number.NaN);
  return [
    (statSync(file).size / 1_048_576).toFixed(0),
    seconds.toFixed(1),
    thousands(LINES / seconds),
    thousands(report.tally.banned),
    (peak / 1024).toFixed(0),
  ];
}

/** Makes the measured process tell its own peak, in kB. */
function peakFile(): string {
  const file = join(folder, 'peak.cjs');
  writeFileSync(
    file,
    "process.on('exit', () => require('fs').writeSync(1, `\\npeak ${process.resourceUsage().maxRSS}\\n`));",
  );
  return file;
}

async function write(file: string, line: (at: number) => string): Promise<void> {
  const stream = createWriteStream(file);
  for (let at = 0; at < LINES; at += 1000) {
    const text = Array.from({ length: 1000 }, (_, more) => `${line(at + more)}\n`).join('');
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

function addressOf(at: number): string {
  // Each source comes for a hundred lines, about ten of them at a time.
  const source = (Math.floor(at / 1000) * 10 + (at % 10)) % SOURCES;
  return `100.${64 + (source >> 8)}.${source & 255}.7`;
}

/** Ten lines a second, as on a day of heavy scanning. */
function dateOf(at: number): string {
  return new Date(START + at * 100).toISOString();
}

function security(at: number): string {
  const date = dateOf(at);
  const session = `${at.toString(16).padStart(12, '0')}@${addressOf(at)}`;
  const account = 1000 + (Math.floor(at / SOURCES) % 9000);
  return `[${date.slice(0, 10)} ${date.slice(11, 19)}] SECURITY[18288] res_security_log.c: SecurityEvent="InvalidAccountID",EventTV="${date.slice(0, 23)}+0000",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${account}",SessionID="${session}",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/${addressOf(at)}/5060"`;
}

function messages(at: number): string {
  const date = dateOf(at);
  return `[${date.slice(0, 10)} ${date.slice(11, 19)}] NOTICE[18465] chan_sip.c: Registration from '"1${at % 900}" <sip:1${at % 900}@192.0.2.1>' failed for '${addressOf(at)}:5060' - Wrong password`;
}

function freeswitch(at: number): string {
  const date = dateOf(at);
  return `${date.slice(0, 10)} ${date.slice(11, 23)}000 99.00% [WARNING] sofia_reg.c:1787 SIP auth failure (REGISTER) on sofia profile 'internal' for [1${at % 900}@192.0.2.1] from ip ${addressOf(at)}`;
}

function journal(at: number): string {
  const event = {
    kind: 'auth-failure',
    pbx: 'bench',
    seenAt: START + at * 100,
    source: { address: addressOf(at), port: 5060, transport: 'udp' },
    proof: 'forgeable',
    account: `1${at % 900}`,
    callId: `${at.toString(16)}@x`,
  };
  const verdict = {
    answer: 'watch',
    rule: 'auth-failure',
    why: 'wrong password (1 of 10 in 10 min)',
  };
  return JSON.stringify({ record: 'event', at: event.seenAt, event, verdict });
}
