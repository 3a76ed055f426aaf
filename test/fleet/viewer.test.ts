import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { openOperator } from '../../src/fleet/operator.ts';
import { userText, viewerRights } from '../../src/fleet/rights.ts';
import type { Viewer } from '../../src/fleet/viewer.ts';
import { openViewer } from '../../src/fleet/viewer.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from '../store/temp.ts';
import type { Keys } from './nats.ts';
import { natsServer, newKeys, whyNoNats } from './nats.ts';
import { openSite, until } from './site.ts';

const skip = whyNoNats() ?? false;
const HOUR = 3_600_000;

/** A real server, its operator, two sites, and one that looks on. */
async function scene(t: TestContext) {
  const folder = tempFolder(t);
  const [operator, eye] = [newKeys(), newKeys()];
  const keys: Record<string, Keys> = { one: newKeys(), 'two.nl': newKeys() };
  const user = userText(eye.key.publicKey, viewerRights());
  const nats = await natsServer(folder, operator, keys, '', [user]);
  await nats.start();
  const hand = await openOperator({ servers: [nats.url], caFile: undefined }, operator.key);
  t.after(async () => {
    await hand.close();
    await nats.kill();
  });
  await hand.makeStreams();
  for (const [site, { key }] of Object.entries(keys)) {
    await hand.order({ order: 'site', site, key: key.publicKey });
  }
  const open = (site: string) => {
    const path = join(folder, site);
    mkdirSync(path, { recursive: true });
    const store = openStore(path, { now: Date.now });
    const opened = openSite(site, keys[site] ?? eye, operator, nats.url, store.fleet);
    t.after(async () => {
      await opened.fleet.close();
      store.close();
    });
    return opened;
  };
  const look = (): Viewer => {
    const viewer = openViewer({
      reach: { servers: [nats.url], caFile: undefined },
      key: eye.key,
      operator: operator.key.publicKey,
      version: '1.2.0',
      failed: () => {},
      now: Date.now,
    });
    t.after(() => viewer.close());
    return viewer;
  };
  return { nats, hand, open, look, eye };
}

const stateOf = (viewer: Viewer, site: string) =>
  viewer.view().sites.find((row) => row.site === site)?.state;

test(
  'the rights of a viewer are enough to see all of it, and it is seen as it comes',
  { skip },
  async (t) => {
    const { nats, hand, open, look } = await scene(t);
    const one = open('one');
    await until('one is up', () => one.fleet.report().caughtUpAt !== undefined);
    one.fleet.tell({
      target: '198.51.100.66',
      rule: 'auth-failure',
      proof: 'proven',
      until: Date.now() + HOUR,
    });
    await until('it is told', () => one.fleet.report().told === 1);
    const viewer = look();
    await until('what was told before is read', () => viewer.site('one')?.told.length === 1);
    assert.equal(stateOf(viewer, 'one'), 'ok');
    assert.equal(stateOf(viewer, 'two.nl'), 'never');
    assert.equal(viewer.view().isCaughtUp, true);
    assert.deepEqual(viewer.site('one')?.row.pbxs[0]?.name, 'pbx1');

    const two = open('two.nl');
    await until('two is heard', () => stateOf(viewer, 'two.nl') === 'ok');
    two.fleet.tell({
      target: '198.51.100.66',
      rule: 'account-sweep',
      proof: 'proven',
      until: Date.now() + HOUR,
    });
    await until('two tells as well', () => viewer.site('one')?.told[0]?.alsoBy[0] === 'two.nl');
    await hand.order({
      order: 'unban',
      target: '198.51.100.66',
      because: 'an office',
      until: Date.now() + HOUR,
    });
    await until('it is free', () => viewer.site('one')?.toldInAll === 0);
    await hand.order({ order: 'revoke', site: 'two.nl', because: 'stolen' });
    await until('two is revoked', () => stateOf(viewer, 'two.nl') === 'revoked');
    const late = newKeys();
    await hand.order({ order: 'site', site: 'late', key: late.key.publicKey });
    await until('a new site is seen', () => stateOf(viewer, 'late') === 'never');

    await nats.kill();
    await until('the loss is told', () => viewer.view().link.state === 'connecting');
    await nats.start();
    await until('it is found again', () => viewer.view().link.state === 'up');
    assert.equal(stateOf(viewer, 'one'), 'ok');
  },
);

test(
  'a viewer can say nothing: no order, notice, state or unban, and no stream is its to change',
  { skip },
  async (t) => {
    const { nats, hand, eye } = await scene(t);
    const raw = await connect({
      servers: [nats.url],
      authenticator: nkeyAuthenticator(new TextEncoder().encode(eye.seed)),
      inboxPrefix: '_INBOX_=viewer',
    });
    t.after(() => raw.close());
    const refused: string[] = [];
    void (async () => {
      for await (const event of raw.status()) {
        if (event.type === 'error') refused.push(event.error.message);
      }
    })();
    const subjects = [
      'ghostgate.order.allow',
      'ghostgate.order.site.one',
      'ghostgate.unban',
      'ghostgate.notice.one',
      'ghostgate.state.one',
      '$JS.API.STREAM.PURGE.GHOSTGATE_ORDERS',
      '$JS.API.STREAM.DELETE.GHOSTGATE_SITES',
      '$JS.API.STREAM.MSG.DELETE.GHOSTGATE_NOTICES',
      '$JS.API.CONSUMER.CREATE.GHOSTGATE_NOTICES',
    ];
    for (const subject of subjects) raw.publish(subject, '{}');
    await raw.flush();
    await until('each is refused', () => refused.length === subjects.length);
    for (const [at, subject] of subjects.entries()) {
      assert.match(refused[at] ?? '', /[Pp]ermissions [Vv]iolation/);
      assert.ok(refused[at]?.includes(subject), refused[at]);
    }
    await pause(50);
    assert.equal((await hand.members()).length, 2);
    assert.deepEqual(await hand.allowed(), []);
  },
);
