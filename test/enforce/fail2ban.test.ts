import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { fail2ban } from '../../src/enforce/fail2ban.ts';
import { fromRoot } from '../root.ts';
import { ban, enforcerContract, eventually, held, type Place } from './contract.ts';
import { namespace, run, type Namespace } from './namespace.ts';

enforcerContract('fail2ban', {
  async place() {
    const own = namespace('fail2ban-server', 'nft');
    return typeof own === 'string' ? own : start(own);
  },
  expiry: 'none',
  keeps: true,
});

test('fail2ban: the shipped jail drops addresses and prefixes in the kernel', async (t) => {
  const own = namespace('fail2ban-server', 'nft');
  if (typeof own === 'string') return t.skip(own);
  const place = await start(own, 'ghostgate');
  try {
    const enforcer = place.make();
    await enforcer.open();
    const odd = ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1::/64', '203.0.113.9'];
    await enforcer.ban(odd.map((target) => ban(target)));
    assert.deepEqual(await held(enforcer), odd.toSorted());
    const ruleset = () => run([...own.inside, 'nft', 'list', 'ruleset']);
    // fail2ban's actions run after it has answered.
    await eventually(() => odd.slice(1).every((target) => ruleset().includes(target)));
    await enforcer.release(odd);
    assert.deepEqual(await held(enforcer), []);
    await eventually(() => odd.every((target) => !ruleset().includes(target)));
  } finally {
    await place.remove();
  }
});

test('fail2ban: says what to do when the server is away or has no such jail', async (t) => {
  await assert.rejects(
    fail2ban({ jail: 'ghostgate', socket: '/nowhere/fail2ban.sock' }).open(),
    (error) => error instanceof EnforceError && /systemctl/.test(error.hint),
  );
  const own = namespace('fail2ban-server');
  if (typeof own === 'string') return t.skip(own);
  const place = await start(own);
  try {
    await assert.rejects(
      fail2ban({ jail: 'other', socket: place.socket }).open(),
      (error) => error instanceof EnforceError && /jail\.d/.test(error.hint),
    );
  } finally {
    await place.remove();
  }
});

const HOSTILE = [
  ['an opcode that calls', Buffer.from("cos\nsystem\n(S'true'\ntR.")],
  ['nothing', Buffer.alloc(0)],
  ['a number', Buffer.from([0x80, 2, 0x4b, 1, 0x2e])],
] as const;

for (const [what, bytes] of HOSTILE) {
  test(`fail2ban: an answer that is ${what} is refused`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ghostgate-f2b-'));
    const socket = join(folder, 'sock');
    const server = createServer((link) => {
      link.on('error', () => {}).resume();
      link.end(Buffer.concat([bytes, Buffer.from('<F2B_END_COMMAND>')]));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      await assert.rejects(fail2ban({ jail: 'ghostgate', socket }).present(), EnforceError);
    } finally {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    }
  });
}

/** A server of the test's own: socket, database and configuration in a folder, firewall in a namespace. */
async function start(own: Namespace, action = ''): Promise<Place & { socket: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-f2b-'));
  const socket = join(folder, 'sock');
  for (const sub of ['jail.d', 'action.d', 'filter.d']) await mkdir(join(folder, sub));
  await copyFile(
    fromRoot('dialplan/fail2ban/ghostgate.conf'),
    join(folder, 'jail.d/ghostgate.conf'),
  );
  await copyFile(
    fromRoot('dialplan/fail2ban/ghostgate-action.conf'),
    join(folder, 'action.d/ghostgate.conf'),
  );
  await writeFile(join(folder, 'jail.d/zz.conf'), `[ghostgate]\naction = ${action}\n`);
  await writeFile(join(folder, 'jail.conf'), '[DEFAULT]\n');
  await writeFile(
    join(folder, 'fail2ban.conf'),
    `[Definition]
loglevel = INFO
logtarget = ${join(folder, 'log')}
syslogsocket = auto
socket = ${socket}
pidfile = ${join(folder, 'pid')}
dbfile = ${join(folder, 'db.sqlite')}
dbpurgeage = 1d
`,
  );
  const words = [...own.inside.slice(1), 'fail2ban-server', '-c', folder, '-xf', 'start'];
  const server = spawn('nsenter', words, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  const ready = fail2ban({ jail: 'ghostgate', socket });
  await eventually(async () => existsSync(socket) && (await opens(ready)));
  return {
    socket,
    make: () => fail2ban({ jail: 'ghostgate', socket }),
    async remove() {
      server.kill('SIGTERM');
      await ended;
      own.remove();
      await rm(folder, { recursive: true });
    },
  };
}

function opens(enforcer: { open(): Promise<void> }): Promise<boolean> {
  return enforcer.open().then(
    () => true,
    () => false,
  );
}
