import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aclEntries, aclText } from '../../src/enforce/acl-file.ts';
import { asteriskAcl } from '../../src/enforce/asterisk-acl.ts';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import type { Ban } from '../../src/judge/verdict.ts';
import { ban, enforcerContract, held } from './contract.ts';

enforcerContract('asterisk-acl', {
  async place() {
    const folder = await mkdtemp(join(tmpdir(), 'ghostgate-acl-'));
    const file = join(folder, 'ghostgate_acl.conf');
    return {
      make: (now) =>
        asteriskAcl(
          { file, acl: 'ghostgate', capacity: 2_000 },
          { reload: () => Promise.resolve(), ...(now ? { now } : {}) },
        ),
      remove: () => rm(folder, { recursive: true }),
    };
  },
  // What is over stays in the file until the tick or the next ban takes it out.
  expiry: 'none',
  keeps: true,
});

test('asterisk-acl: writes what Asterisk reads, last match wins', async () => {
  await withAcl({}, async ({ enforcer, file, reloads }) => {
    await enforcer.ban([ban('203.0.113.9'), ban('2001:db8:1:2::/64'), ban('2001:db8::7')]);
    const lines = (await readFile(file, 'utf8')).split('\n');
    assert.match(lines[0] ?? '', /^; This file belongs to Ghostgate/);
    assert.deepEqual(
      lines.filter((line) => /^[^;]/.test(line)).map((line) => line.split(' ;')[0]),
      [
        '[ghostgate]',
        'permit=0.0.0.0/0.0.0.0',
        'permit=::/0',
        'deny=203.0.113.9/32',
        'deny=2001:db8:1:2::/64',
        'deny=2001:db8::7/128',
      ],
    );
    assert.equal((await stat(file)).mode & 0o777, 0o640);
    assert.equal(reloads.count, 1);
  });
});

test('asterisk-acl: does not reload for what is in the file already', async () => {
  await withAcl({}, async ({ enforcer, reloads }) => {
    const one = ban('203.0.113.9');
    await enforcer.ban([one]);
    await enforcer.ban([one]);
    await enforcer.release(['203.0.113.10']);
    assert.equal(reloads.count, 1);
  });
});

test('asterisk-acl: changes that come during a reload share the next one', async () => {
  await withAcl({}, async ({ enforcer, reloads }) => {
    const hold = reloads.hold();
    const first = enforcer.ban([ban('203.0.113.1')]);
    await reloads.begun();
    const later = Array.from({ length: 50 }, (_, at) => enforcer.ban([ban(`198.51.100.${at}`)]));
    hold.go();
    await Promise.all([first, ...later]);
    assert.equal(reloads.count, 2);
    assert.equal(reloads.most, 1);
    assert.equal((await held(enforcer)).length, 51);
  });
});

test('asterisk-acl: a reload that failed is tried again by the next look', async () => {
  await withAcl({}, async ({ enforcer, reloads }) => {
    reloads.problem = new Error('the PBX is away');
    await assert.rejects(enforcer.ban([ban('203.0.113.9')]), /away/);
    await assert.rejects(enforcer.present(), EnforceError);
    reloads.problem = undefined;
    assert.deepEqual(await held(enforcer), ['203.0.113.9']);
    assert.equal(reloads.count, 3);
    await held(enforcer);
    assert.equal(reloads.count, 3);
  });
});

test('asterisk-acl: what does not fit is told: quarantine first, then the shortest', async () => {
  await withAcl({ capacity: 3 }, async ({ enforcer, skipped }) => {
    await enforcer.ban([
      ban('203.0.113.1', 600),
      ban('203.0.113.2', 9_000, { quarantine: true }),
      ban('203.0.113.3', 60, { by: 'hand' }),
    ]);
    assert.deepEqual(skipped, []);
    await enforcer.ban([ban('203.0.113.4', 1_200), ban('203.0.113.5', 900)]);
    assert.deepEqual(await held(enforcer), ['203.0.113.3', '203.0.113.4', '203.0.113.5']);
    assert.deepEqual(skipped, ['203.0.113.1', '203.0.113.2']);
  });
});

test('asterisk-acl: a ban that is over leaves with the next change', async () => {
  let now = Date.now();
  await withAcl({ now: () => now }, async ({ enforcer }) => {
    await enforcer.ban([ban('203.0.113.1', 60), ban('203.0.113.2', 600)]);
    now += 61_000;
    await enforcer.ban([ban('203.0.113.3', 600)]);
    assert.deepEqual(await held(enforcer), ['203.0.113.2', '203.0.113.3']);
  });
});

test("asterisk-acl: leaves somebody else's file alone", async () => {
  await withAcl({}, async ({ enforcer, file, reloads }) => {
    const theirs = '[general]\npermit=0.0.0.0/0.0.0.0\n';
    await writeFile(file, theirs);
    for (const act of [
      () => enforcer.open(),
      () => enforcer.ban([ban('203.0.113.9')]),
      () => enforcer.present(),
    ]) {
      await assert.rejects(
        act,
        (error) => error instanceof EnforceError && /#include/.test(error.hint),
      );
    }
    assert.equal(await readFile(file, 'utf8'), theirs);
    assert.equal(reloads.count, 0);
  });
});

test('asterisk-acl: keeps owner, follows no link, leaves nothing beside it', async () => {
  await withAcl({}, async ({ enforcer, file, folder }) => {
    const trap = join(folder, 'trap');
    await writeFile(trap, 'untouched');
    await symlink(trap, join(folder, '.ghostgate_acl.conf.ghostgate'));
    await enforcer.ban([ban('203.0.113.9')]);
    await chmod(file, 0o644);
    const before = await stat(file);
    await enforcer.ban([ban('203.0.113.10')]);
    const after = await stat(file);
    assert.deepEqual([after.uid, after.gid, after.mode & 0o777], [before.uid, before.gid, 0o640]);
    assert.equal(await readFile(trap, 'utf8'), 'untouched');
    assert.deepEqual((await readdir(folder)).toSorted(), ['ghostgate_acl.conf', 'trap']);
  });
});

test('asterisk-acl: a folder that is not there is a fault with a hint', async () => {
  const enforcer = asteriskAcl(
    { file: '/nowhere/ghostgate_acl.conf', acl: 'ghostgate', capacity: 10 },
    { reload: () => Promise.resolve() },
  );
  await assert.rejects(enforcer.open(), EnforceError);
  await assert.rejects(enforcer.ban([ban('203.0.113.9')]), EnforceError);
});

test('asterisk-acl: the file tells its bans again', () => {
  const entry = fc.record(
    {
      target: fc.oneof(
        fc.ipV4(),
        fc.integer({ min: 0, max: 255 }).map((at) => `2001:db8:${(at + 1).toString(16)}::/64`),
      ),
      since: fc.integer({ min: 1, max: 4e12 }),
      until: fc.integer({ min: 1, max: 4e12 }),
      quarantine: fc.boolean(),
      by: fc.constantFrom<Ban['by']>('judge', 'hand'),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      assert.deepEqual(aclEntries(aclText('ghostgate', entries)), entries);
    }),
  );
});

interface Reloads {
  count: number;
  /** Most that ran at once. */
  most: number;
  problem: Error | undefined;
  hold(): { go(): void };
  /** Resolves when the next reload begins. */
  begun(): Promise<void>;
}

interface Acl {
  readonly enforcer: ReturnType<typeof asteriskAcl>;
  readonly file: string;
  readonly folder: string;
  readonly reloads: Reloads;
  readonly skipped: string[];
}

async function withAcl(
  options: { capacity?: number; now?: () => number },
  check: (acl: Acl) => Promise<void>,
): Promise<void> {
  const { capacity = 2_000, now = Date.now } = options;
  const folder = await mkdtemp(join(tmpdir(), 'ghostgate-acl-'));
  const file = join(folder, 'ghostgate_acl.conf');
  const skipped: string[] = [];
  const { reload, reloads } = recorded();
  const enforcer = asteriskAcl(
    { file, acl: 'ghostgate', capacity },
    { reload, now, onSkipped: (targets) => skipped.push(...targets) },
  );
  try {
    await check({ enforcer, file, folder, reloads, skipped });
    await enforcer.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

function nothing(): void {}

function recorded(): { reload: () => Promise<void>; reloads: Reloads } {
  let running = 0;
  let gate: Promise<void> = Promise.resolve();
  let begins = nothing;
  const reloads: Reloads = {
    count: 0,
    most: 0,
    problem: undefined,
    hold() {
      let go = nothing;
      gate = new Promise((resolve) => (go = resolve));
      return { go: () => go() };
    },
    begun: () => new Promise((resolve) => (begins = resolve)),
  };
  const reload = async (): Promise<void> => {
    reloads.count += 1;
    reloads.most = Math.max(reloads.most, ++running);
    begins();
    await gate;
    running -= 1;
    if (reloads.problem) throw reloads.problem;
  };
  return { reload, reloads };
}
