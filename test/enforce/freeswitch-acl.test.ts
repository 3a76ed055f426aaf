import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SipProfile } from '../../src/enforce/acl-danger.ts';
import { EnforceError, type Enforcer } from '../../src/enforce/enforcer.ts';
import { freeswitchAcl } from '../../src/enforce/freeswitch-acl.ts';
import { ban, enforcerContract, held } from './contract.ts';
import { freeswitchServer, VANILLA, type FreeswitchServer } from './freeswitch-server.ts';

for (const tells of [true, false]) {
  enforcerContract(`freeswitch-acl (${tells ? 'asked' : 'by its file'})`, {
    async place() {
      const folder = await mkdtemp(join(tmpdir(), 'ghostgate-acl-'));
      const file = join(folder, 'ghostgate.acl.xml');
      const server = Object.assign(freeswitchServer(file), { tells });
      return {
        make: (now) =>
          freeswitchAcl(
            { file, list: 'ghostgate', capacity: 50_000 },
            { ...server, ...(now ? { now } : {}) },
          ),
        remove: () => rm(folder, { recursive: true }),
      };
    },
    // What is over stays in the file until the tick or the next ban takes it out.
    expiry: 'none',
    keeps: true,
  });
}

test('freeswitch-acl: FreeSWITCH reads each ban with its prefix length, and allows the rest', async () => {
  await withList({}, async ({ enforcer, server, file }) => {
    await enforcer.ban([ban('203.0.113.9'), ban('2001:db8:1:2::/64'), ban('2001:db8::7')]);
    assert.deepEqual(
      [...server.lists],
      [
        [
          'ghostgate',
          {
            default: 'allow',
            allow: [],
            deny: ['0.0.0.2/32', '203.0.113.9/32', '2001:db8:1:2::/64', '2001:db8::7/128'],
          },
        ],
      ],
    );
    assert.equal((await stat(file)).mode & 0o777, 0o640);
    assert.equal(server.reloads, 1);
  });
});

test('freeswitch-acl: at most thirty addresses a node, on lines FreeSWITCH can read', async () => {
  await withList({}, async ({ enforcer, server, file }) => {
    const many = Array.from({ length: 95 }, (_, at) => {
      const group = (0xf000 + at).toString(16);
      return `2001:db8:${group}:${group}:${group}:${group}:${group}:${group}`;
    });
    await enforcer.ban(many.map((target) => ban(target, 1e9, { by: 'hand' })));
    const lines = (await readFile(file, 'utf8')).split('\n');
    const sizes = lines
      .filter((line) => line.startsWith('<node'))
      .map((line) => line.split(',').length);
    assert.deepEqual(sizes, [1, 30, 30, 30, 5]);
    assert.equal(server.lists.get('ghostgate')?.deny.length, 96);
    // preprocess of switch_xml.c reads a line into 2,048 bytes.
    assert.ok(lines.every((line) => line.length < 2_000));
  });
});

test('freeswitch-acl: does not reload for what is in the file already', async () => {
  await withList({}, async ({ enforcer, server }) => {
    const one = ban('203.0.113.9');
    await enforcer.ban([one]);
    await enforcer.ban([one]);
    await enforcer.release(['203.0.113.10']);
    assert.equal(server.reloads, 1);
  });
});

test('freeswitch-acl: what the server lost or was given is made good by a look', async () => {
  let now = Date.now();
  await withList({ now: () => now }, async ({ enforcer, server }) => {
    await enforcer.ban([ban('203.0.113.9', 86_400)]);
    assert.deepEqual(await held(enforcer), ['203.0.113.9']);
    assert.equal(server.reloads, 1);
    server.lists.clear();
    now += 60_000;
    assert.deepEqual(await held(enforcer), ['203.0.113.9']);
    assert.deepEqual(server.lists.get('ghostgate')?.deny, ['0.0.0.2/32', '203.0.113.9/32']);
    server.lists.get('ghostgate')?.deny.push('198.51.100.0/24');
    now += 60_000;
    await enforcer.present();
    assert.equal(server.reloads, 3);
    assert.deepEqual(server.lists.get('ghostgate')?.deny, ['0.0.0.2/32', '203.0.113.9/32']);
  });
});

test('freeswitch-acl: the server is not asked at every tick', async () => {
  let now = Date.now();
  await withList({ now: () => now }, async ({ enforcer, server }) => {
    await enforcer.open();
    await server.reload();
    for (let tick = 0; tick < 12; tick++, now += 5_000) await enforcer.present();
    assert.equal(server.asked, 2);
  });
});

test('freeswitch-acl: a server that never includes the file is a fault, before any ban', async () => {
  let now = Date.now();
  await withList({ now: () => now }, async ({ enforcer, server, file }) => {
    server.includes = false;
    await enforcer.open();
    await assert.rejects(enforcer.present(), hinting(/network-lists.*FusionPBX/));
    await enforcer.ban([ban('203.0.113.9', 60)]);
    now += 61_000;
    await assert.rejects(enforcer.present(), EnforceError);
    assert.doesNotMatch(await readFile(file, 'utf8'), /203/, 'a ban ends all the same');
    server.includes = true;
    assert.deepEqual(await held(enforcer), []);
  });
});

const DANGERS: readonly [string, Partial<SipProfile>, RegExp | undefined][] = [
  ['inbound of an authenticating one', { inboundAcl: ['ghostgate'] }, /apply-inbound-acl of .*lan/],
  ['beside others', { inboundAcl: ['domains', 'ghostgate'] }, /apply-inbound-acl of profile lan/],
  ['register', { registerAcl: ['ghostgate'] }, /apply-register-acl of profile lan/],
  [
    'register, calls not authenticated',
    { authenticates: false, registerAcl: ['ghostgate'] },
    /reg/,
  ],
  ['trunks may register as anybody', { registerAcl: ['ghostgate_trunks'] }, /ghostgate_trunks/],
  [
    'inbound where nobody authenticates',
    { authenticates: false, inboundAcl: ['ghostgate'] },
    undefined,
  ],
  ['trunks call without a password', { inboundAcl: ['ghostgate_trunks'] }, undefined],
  ['a list of another name', { inboundAcl: ['ghostgate2'], registerAcl: ['lan'] }, undefined],
];

test('freeswitch-acl: refuses to write where its list makes passwords needless', async (t) => {
  for (const [what, changes, told] of DANGERS) {
    await t.test(what, () =>
      withList({}, async ({ enforcer, server, file }) => {
        const lan = { name: 'lan', authenticates: true, inboundAcl: [], registerAcl: [] };
        server.sip = [...VANILLA, { ...lan, ...changes }];
        if (told === undefined) return enforcer.ban([ban('203.0.113.9')]);
        for (const act of [
          () => enforcer.open(),
          () => enforcer.ban([ban('203.0.113.9')]),
          () => enforcer.present(),
        ]) {
          await assert.rejects(act, hinting(/auth-acl/));
          await assert.rejects(act, told);
        }
        await assert.rejects(readFile(file), { code: 'ENOENT' });
        assert.equal(server.reloads, 0);
      }),
    );
  }
});

test('freeswitch-acl: a danger that comes later stops writes, reloads and looks', async () => {
  let now = Date.now();
  await withList({ now: () => now }, async ({ enforcer, server, file }) => {
    await enforcer.ban([ban('203.0.113.9')]);
    const before = await readFile(file, 'utf8');
    server.sip = [{ name: 'x', authenticates: true, inboundAcl: ['ghostgate'], registerAcl: [] }];
    await assert.rejects(enforcer.ban([ban('203.0.113.10')]), hinting(/auth-acl/));
    now += 60_000;
    await assert.rejects(enforcer.present(), hinting(/auth-acl/));
    assert.equal(await readFile(file, 'utf8'), before);
    assert.equal(server.reloads, 1);
  });
});

test('freeswitch-acl: nothing is written before the server told its profiles; later it may be away', async () => {
  await withList({}, async ({ enforcer, server, file }) => {
    server.sip = new Error('not connected');
    await assert.rejects(enforcer.open(), hinting(/has answered/));
    await assert.rejects(enforcer.ban([ban('203.0.113.9')]), EnforceError);
    await assert.rejects(readFile(file), { code: 'ENOENT' });
    server.sip = VANILLA;
    await enforcer.open();
    server.sip = new Error('not connected');
    await enforcer.ban([ban('203.0.113.9')]);
    assert.deepEqual(await held(enforcer), ['203.0.113.9']);
  });
});

test("freeswitch-acl: leaves somebody else's file alone", async () => {
  await withList({}, async ({ enforcer, server, file }) => {
    const theirs = '<list name="ghostgate" default="deny"/>\n';
    await writeFile(file, theirs);
    for (const act of [
      () => enforcer.open(),
      () => enforcer.ban([ban('203.0.113.9')]),
      () => enforcer.present(),
    ]) {
      await assert.rejects(act, hinting(/acl\.conf\.xml/));
    }
    assert.equal(await readFile(file, 'utf8'), theirs);
    assert.equal(server.reloads, 0);
  });
});

test('freeswitch-acl: trunks alone are allowed by a list of theirs, which never comes to be empty', async () => {
  let trunks: readonly string[] = [];
  await withList({ trunks: () => trunks }, async ({ enforcer, server }) => {
    await enforcer.ban([ban('198.51.100.9')]);
    assert.equal(server.lists.has('ghostgate_trunks'), false);
    trunks = ['203.0.113.0/28', '2001:db8::5', '203.0.113.99', '203.0.113.99/32'];
    await enforcer.present();
    const known = ['2001:db8::5/128', '203.0.113.0/28', '203.0.113.99/32'];
    const told = { default: 'deny', allow: known, deny: [] };
    assert.deepEqual(server.lists.get('ghostgate_trunks'), told);
    trunks = [];
    await enforcer.ban([ban('198.51.100.10')]);
    assert.deepEqual(server.lists.get('ghostgate_trunks'), told, 'DNS that fails takes nobody out');
    assert.deepEqual(await held(enforcer), ['198.51.100.10', '198.51.100.9']);
    trunks = ['203.0.113.99'];
    const { reloads } = server;
    await enforcer.present();
    await enforcer.present();
    assert.deepEqual(server.lists.get('ghostgate_trunks')?.allow, ['203.0.113.99/32']);
    assert.equal(server.reloads, reloads + 1);
  });
});

interface List {
  readonly enforcer: Enforcer;
  readonly server: FreeswitchServer;
  readonly file: string;
}

async function withList(
  options: { now?: () => number; trunks?: () => readonly string[] },
  check: (list: List) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-acl-'));
  const file = join(folder, 'ghostgate.acl.xml');
  const server = freeswitchServer(file);
  const parts = { ...server, profiles: () => server.profiles(), ...options };
  const enforcer = freeswitchAcl({ file, list: 'ghostgate', capacity: 50_000 }, parts);
  try {
    await check({ enforcer, server, file });
    await enforcer.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

function hinting(hint: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof EnforceError && hint.test(error.hint);
}
