import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGateSync, type GateSync } from '../../src/daemon/gate-sync.ts';
import type { GateLists } from '../../src/judge/gate-lists.ts';
import type { GateList, GateMemory } from '../../src/pbx/gate.ts';

const SECONDS = 1_800_000_000;
const LISTS: GateLists = {
  trust: new Map([['10.20.3.4', 1000]]),
  carrier: new Map([['203.0.113.9', 1000]]),
  checked: new Map([['203.0.113.77', 1000]]),
  junk: new Set(['100', '1000']),
  closed: true,
  seconds: 1000,
};

test('everything wanted is written, strays are taken out, closed comes last', async () => {
  const { sync, memory, reports } = made();
  memory.entries.set('trust/192.0.2.66', SECONDS + 500);
  memory.entries.set('junk/666', SECONDS + 500);
  sync.want(LISTS);
  await sync.leave();
  assert.deepEqual(Object.fromEntries(memory.entries), {
    'trust/10.20.3.4': SECONDS + 1000,
    'carrier/203.0.113.9': SECONDS + 1000,
    'checked/203.0.113.77': SECONDS + 1000,
    'junk/100': SECONDS + 1000,
    'junk/1000': SECONDS + 1000,
    'state/cause': 1,
    'state/closed': SECONDS + 1000,
  });
  assert.equal(memory.writes.at(-1), 'state/closed');
  assert.deepEqual(reports, [undefined]);
  assert.deepEqual(sync.status(), { trusted: 3 });
});

test('what has more than half its time is left alone, the rest is written again', async () => {
  const { sync, memory } = made();
  memory.entries.set('trust/10.20.3.4', SECONDS + 600);
  memory.entries.set('carrier/203.0.113.9', SECONDS + 400);
  sync.want(LISTS);
  await sync.leave();
  assert.equal(memory.entries.get('trust/10.20.3.4'), SECONDS + 600);
  assert.equal(memory.entries.get('carrier/203.0.113.9'), SECONDS + 1000);
});

test('what is wanted no more is taken out', async () => {
  const { sync, memory } = made();
  sync.want(LISTS);
  await settled(() => memory.entries.has('state/closed'));
  sync.want({ ...LISTS, trust: new Map(), junk: new Set(['100']), closed: false });
  await sync.leave();
  assert.equal(memory.entries.has('trust/10.20.3.4'), false);
  assert.equal(memory.entries.has('junk/1000'), false);
  assert.equal(memory.entries.get('state/closed'), 0);
});

test('a fault is reported once, nobody is refused meanwhile, and the next look makes it good', async () => {
  const { sync, memory, reports } = made();
  memory.fault = new Error('denied');
  sync.want(LISTS);
  await settled(() => reports.length === 1);
  sync.want(LISTS);
  sync.beat((SECONDS + 3) * 1000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(memory.entries.has('state/closed'), false);
  assert.equal(sync.status().problem, 'denied');
  memory.fault = undefined;
  sync.want(LISTS);
  await settled(() => reports.length === 2);
  assert.deepEqual(reports, ['denied', undefined]);
});

test('the heartbeat is in whole seconds, and ends when we leave', async () => {
  const { sync, memory } = made();
  sync.beat(SECONDS * 1000 + 3999);
  await settled(() => memory.entries.get('state/alive') === SECONDS + 3);
  await sync.leave();
  assert.equal(memory.entries.has('state/alive'), false);
  sync.beat(SECONDS * 1000 + 9000);
  assert.equal(memory.entries.has('state/alive'), false);
});

test('to forget takes out everything, bans too', async () => {
  const { sync, memory } = made();
  sync.want(LISTS);
  memory.entries.set('ban/192.0.2.66', SECONDS + 500);
  await sync.forget();
  assert.deepEqual([...memory.entries], []);
});

function made(): { sync: GateSync; memory: Memory; reports: (string | undefined)[] } {
  const memory = memoryOf();
  const reports: (string | undefined)[] = [];
  const sync = createGateSync(memory, {
    now: () => SECONDS * 1000,
    report: (problem) => reports.push(problem),
  });
  return { sync, memory, reports };
}

type Memory = GateMemory & {
  readonly entries: Map<string, number>;
  readonly writes: string[];
  fault: Error | undefined;
};

function memoryOf(): Memory {
  const entries = new Map<string, number>();
  const writes: string[] = [];
  const keysOf = (list: GateList) => [...entries].filter(([key]) => key.startsWith(`${list}/`));
  const act = async (work: () => void): Promise<void> => {
    await Promise.resolve();
    if (memory.fault !== undefined) throw memory.fault;
    work();
  };
  const memory: Memory = {
    entries,
    writes,
    fault: undefined,
    put: (list, more) =>
      act(() => {
        for (const { key, until } of more) {
          entries.set(`${list}/${key}`, until);
          writes.push(`${list}/${key}`);
        }
      }),
    remove: (list, keys) => act(() => keys.forEach((key) => entries.delete(`${list}/${key}`))),
    async held(list) {
      await act(() => undefined);
      return new Map(keysOf(list).map(([key, until]) => [key.slice(list.length + 1), until]));
    },
    clear: (list) => act(() => keysOf(list).forEach(([key]) => entries.delete(key))),
    canHold: () => true,
    writeCause: () => act(() => entries.set('state/cause', 1)),
  };
  return memory;
}

async function settled(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(holds());
}
