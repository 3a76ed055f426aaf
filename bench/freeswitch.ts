// Events judged per second, event socket bytes in to verdict out, at 1,000, 100,000 and 1,000,000
// distinct sources, for the shortest and the longest event that is judged; and how long a ghost
// call waits from its CHANNEL_CREATE being sent to its uuid_kill having come, both over loopback,
// with the whole link and the judge between. Each row runs in a process of its own. The peer is
// modesl, which only parses and dispatches the same bytes.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keepHeapSmall } from '../src/daemon/heap.ts';
import { trackCalls } from '../src/pbx/freeswitch/calls.ts';
import { eslEventReader } from '../src/pbx/freeswitch/esl-event.ts';
import { eslFrameReader } from '../src/pbx/freeswitch/esl-frame.ts';
import { routeEvents } from '../src/pbx/freeswitch/events.ts';
import { ONCE, WANTED } from '../src/pbx/freeswitch/subscription.ts';
import { startEslServer } from '../test/fake/esl-server.ts';
import { percentile, residentMb, table, thousands } from './figures.ts';
import { chunk, EVENTS_A_CHUNK, json, type Kind } from './freeswitch-events.ts';
import { kills } from './freeswitch-kill.ts';
import { judging } from './judging.ts';

const EVENTS = 300_000;
const PEER: string = 'modesl';

interface Figures {
  readonly perSecond: number;
  readonly mb: number;
}

const [mode = 'all', kind = 'challenge', count = '0'] = process.argv.slice(2);
if (mode === 'ours') console.log(JSON.stringify(await ours(kindOf(kind), Number(count))));
else if (mode === 'peer') console.log(JSON.stringify(await peer(kindOf(kind), Number(count))));
else if (mode === 'kill') console.log(JSON.stringify(await kills()));
else report();

function report(): void {
  const rows = [['', 'sources', 'bytes', 'events/s', 'resident MB']];
  for (const each of ['challenge', 'call'] as const) {
    const bytes = thousands(json(each, 0, 1000).length);
    for (const sources of [1000, 100_000, 1_000_000]) {
      const { perSecond, mb } = measure('ours', each, sources);
      const figures = [thousands(sources), bytes, thousands(perSecond), mb.toFixed(0)];
      rows.push([`ghostgate, ${each}, bytes to verdict`, ...figures]);
    }
    const { perSecond, mb } = measure('peer', each, 1000);
    const figures = [thousands(1000), bytes, thousands(perSecond), mb.toFixed(0)];
    rows.push([`modesl json, ${each}, bytes to event`, ...figures]);
  }
  console.log(table(rows));
  console.log('promise: >= 50,000/s, flat');
  const waits = ask('kill') as number[];
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(waits, share).toFixed(2));
  console.log(`\nCHANNEL_CREATE sent to uuid_kill received, ${thousands(waits.length)} calls, ms:`);
  console.log(`p50 ${p50}  p95 ${p95}  p99 ${p99}  max ${Math.max(...waits).toFixed(2)}`);
}

function measure(...args: ['ours' | 'peer', Kind, number]): Figures {
  return ask(...args) as Figures;
}

function ask(...args: (string | number)[]): unknown {
  const self = fileURLToPath(import.meta.url);
  const text = execFileSync(process.execPath, [self, ...args.map(String)], { encoding: 'utf8' });
  return JSON.parse(text);
}

/** The whole way of one event inside the process: frame, JSON, translate, fold, judge. */
async function ours(each: Kind, sources: number): Promise<Figures> {
  keepHeapSmall();
  let judged = 0;
  const event = await judging(() => {
    judged++;
  });
  const now = () => 1_800_000_000_000 + judged;
  const route = routeEvents({
    pbx: 'bench',
    now,
    listener: { event },
    calls: trackCalls({ event }, now),
    registrations: { hint: () => undefined, outdated: () => undefined },
    reports: { injection: fail, repeated: () => undefined },
    losses: { strangerEnded: () => fail('a call without a beginning') },
    server: { sofia: () => undefined, shutdown: () => undefined },
    counters: { refusedFrames: 0, unknownSources: 0 },
  });
  const read = eslEventReader({ once: ONCE, wanted: WANTED });
  const reader = eslFrameReader({
    message({ body }) {
      const parsed = read(body);
      if (typeof parsed === 'string') fail(parsed);
      else route.event(parsed);
    },
    refused: ({ why }) => fail(why),
    broken: fail,
  });
  let spent = 0;
  for (let at = 0; at < EVENTS; at += EVENTS_A_CHUNK) {
    const bytes = chunk(each, at, sources);
    const startedAt = performance.now();
    reader.push(bytes);
    spent += performance.now() - startedAt;
    // What a real stream gives between two reads: room for the collector.
    if (at % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (judged !== EVENTS) fail(`${judged} of ${EVENTS} judged`);
  return { perSecond: (judged / spent) * 1000, mb: residentMb() };
}

async function peer(each: Kind, sources: number): Promise<Figures> {
  const { default: esl } = (await import(PEER)) as { default: Modesl };
  const events = EVENTS / 10;
  const server = await startEslServer();
  let seen = 0;
  let startedAt = 0;
  await new Promise<void>((resolve) => {
    const connection = new esl.Connection('127.0.0.1', server.port, 'secret', () => {
      connection.on('esl::event::**', () => {
        if (++seen === events) resolve();
      });
      connection.subscribe(['CHANNEL_CREATE', 'CUSTOM sofia::pre_register'], () => {
        seen = 0;
        startedAt = performance.now();
        void send();
      });
    });
  });
  async function send(): Promise<void> {
    const session = server.sessions[0] ?? fail('modesl is not connected');
    for (let at = 0; at < events; at += EVENTS_A_CHUNK) {
      session.sendBytes(chunk(each, at, sources));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const spent = performance.now() - startedAt;
  const mb = residentMb();
  // modesl has no way to close a connection that is certain: the process ends with its figures.
  process.stdout.write(JSON.stringify({ perSecond: (events / spent) * 1000, mb }));
  return process.exit(0);
}

interface Modesl {
  readonly Connection: new (
    host: string,
    port: number,
    password: string,
    ready: () => void,
  ) => {
    on(name: string, listener: () => void): void;
    subscribe(events: readonly string[], done: () => void): void;
  };
}

function kindOf(text: string): Kind {
  return text === 'call' ? 'call' : 'challenge';
}

function fail(why: string): never {
  throw new Error(why);
}
