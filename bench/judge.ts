// Events judged per second, AMI bytes in to verdict out, at 1,000, 100,000 and 1,000,000 distinct
// sources, and the memory each leaves resident. Each row runs in a process of its own. The peer
// is asterisk-manager, which only parses and dispatches the same bytes.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { keepHeapSmall } from '../src/daemon/heap.ts';
import { frameReader } from '../src/pbx/asterisk/frame.ts';
import { translateSecurity } from '../src/pbx/asterisk/translate.ts';
import { judging } from './judging.ts';
import { residentMb, table, thousands } from './figures.ts';

const EVENTS = 1_000_000;
const FRAMES_A_CHUNK = 100;
const PEER: string = 'asterisk-manager';
const BANNER = 'Asterisk Call Manager/11.0.0\r\n';

const [mode = 'all', count = '0'] = process.argv.slice(2);
if (mode === 'ours') console.log(JSON.stringify(await ours(Number(count))));
else if (mode === 'peer') console.log(JSON.stringify(await peer(Number(count))));
else {
  const rows = [['', 'sources', 'events/s', 'resident MB']];
  for (const sources of [0, 1000, 100_000, 1_000_000]) {
    const { perSecond, mb } = measure('ours', sources);
    const name = sources === 0 ? 'ghostgate, idle' : 'ghostgate, bytes to verdict';
    rows.push([name, thousands(sources), sources === 0 ? '' : thousands(perSecond), mb.toFixed(0)]);
  }
  const { perSecond, mb } = measure('peer', 1000);
  rows.push([
    'asterisk-manager, bytes to event',
    thousands(1000),
    thousands(perSecond),
    mb.toFixed(0),
  ]);
  console.log(table(rows));
  console.log('promise: >= 50,000/s, flat; <= 80 MB idle, <= 250 MB at 1,000,000 sources');
}

function measure(kind: string, sources: number): { perSecond: number; mb: number } {
  const self = fileURLToPath(import.meta.url);
  const text = execFileSync(process.execPath, [self, kind, String(sources)], { encoding: 'utf8' });
  return JSON.parse(text) as { perSecond: number; mb: number };
}

/** The whole way of one event inside the process: frame, translate, fold, judge. */
async function ours(sources: number): Promise<{ perSecond: number; mb: number }> {
  keepHeapSmall();
  let judged = 0;
  const take = await judging((event, verdict) => {
    if (verdict.target !== event.source.address) throw new Error('not judged');
    judged++;
  });
  const reader = frameReader({
    frame(frame) {
      const news = translateSecurity(frame, 'bench', 1_800_000_000_000 + judged);
      if (news === undefined || !('event' in news)) throw new Error('not translated');
      take(news.event);
    },
    refused({ why }) {
      throw new Error(why);
    },
  });
  reader.push(Buffer.from(BANNER));
  let spent = 0;
  const events = sources === 0 ? 0 : EVENTS;
  for (let at = 0; at < events; at += FRAMES_A_CHUNK) {
    const bytes = chunk(at, sources);
    const startedAt = performance.now();
    reader.push(bytes);
    spent += performance.now() - startedAt;
    // What a real stream gives between two reads: room for the collector.
    if (at % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (judged !== events) throw new Error(`${judged} of ${events} judged`);
  return { perSecond: (judged / spent) * 1000, mb: residentMb() };
}

async function peer(sources: number): Promise<{ perSecond: number; mb: number }> {
  const { default: Manager } = (await import(PEER)) as {
    default: new (
      port: number,
      host: string,
    ) => {
      on(name: string, listener: () => void): void;
      disconnect(): void;
    };
  };
  const events = EVENTS / 10;
  const server = createServer((socket) => {
    socket.write(BANNER);
    void (async () => {
      for (let at = 0; at < events; at += FRAMES_A_CHUNK) {
        if (!socket.write(chunk(at, sources))) {
          await new Promise((resolve) => socket.once('drain', resolve));
        }
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const manager = new Manager(port, '127.0.0.1');
  const startedAt = performance.now();
  let seen = 0;
  await new Promise<void>((resolve) => {
    manager.on('managerevent', () => {
      if (++seen === events) resolve();
    });
  });
  const spent = performance.now() - startedAt;
  manager.disconnect();
  server.close();
  return { perSecond: (events / spent) * 1000, mb: residentMb() };
}

/** FRAMES_A_CHUNK failed guesses, each from the next source. */
function chunk(from: number, sources: number): Buffer {
  let text = '';
  for (let at = from; at < from + FRAMES_A_CHUNK; at++) text += frameText(at % sources, at);
  return Buffer.from(text);
}

function frameText(source: number, at: number): string {
  const address = `${100 + ((source >> 16) & 63)}.${(source >> 8) & 255}.${source & 255}.7`;
  return [
    'Event: InvalidAccountID',
    'Privilege: security,all',
    'EventTV: 2026-11-23T07:46:19.619+0000',
    'Severity: Error',
    'Service: PJSIP',
    'EventVersion: 1',
    `AccountID: ${1000 + (at % 9000)}`,
    `SessionID: yko5kuhf6txydyq3-${at}`,
    'LocalAddress: IPV4/UDP/198.18.10.2/5060',
    `RemoteAddress: IPV4/UDP/${address}/${1024 + (at % 60_000)}`,
    '',
    '',
  ].join('\r\n');
}
