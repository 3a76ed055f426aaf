import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { seal } from '../../src/fleet/envelope.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { stateSubject } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { REPORT, openSite, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;
const HOUR = 3_600_000;

test(
  'what is ordered where the clock is an hour ahead is done by every site all the same',
  { skip },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { a: newKeys(), b: newKeys() };
    const { operator, nats } = await newFleet(t, folder, keys);
    const [a, b] = (['a', 'b'] as const).map((site) =>
      openStored(t, join(folder, site), (memory) =>
        openSite(site, keys[site], operator, nats.url, memory),
      ),
    );
    assert.ok(a && b);
    for (const { fleet } of [a, b]) {
      await until('it has caught up', () => fleet.report().caughtUpAt !== undefined);
    }
    const reach = { servers: [nats.url], caFile: undefined };
    const early = await openOperator(reach, operator.key, () => Date.now() + HOUR);
    t.after(() => early.close());
    const [target, because] = ['198.51.100.66', 'an office'];
    await early.order({ order: 'unban', target, because, until: Date.now() + 2 * HOUR });
    await early.order({ order: 'revoke', site: 'a', because: 'stolen' });
    await until('b lets it in', () => b.freed.includes(target));
    await until('a is revoked', () => b.fleet.report().sites === 1);
    assert.equal((await early.members()).find(({ site }) => site === 'a')?.key, undefined);
    // Who has the right time has the last word.
    const right = await openOperator(reach, operator.key);
    t.after(() => right.close());
    await right.order({ order: 'site', site: 'a', key: keys.a.key.publicKey });
    await until('a is heard again', () => b.fleet.report().sites === 2);
  },
);

test('a site is heard when its word came, whatever its clock says', { skip }, async (t) => {
  const keys = { a: newKeys() };
  const { nats, hand } = await newFleet(t, tempFolder(t), keys);
  const raw = await connect({
    servers: [nats.url],
    authenticator: nkeyAuthenticator(new TextEncoder().encode(keys.a.seed)),
    inboxPrefix: '_INBOX_a',
  });
  t.after(() => raw.close());
  for (const at of [Date.now() - HOUR, Date.now() + HOUR]) {
    const state = JSON.stringify({ site: 'a', at, ...REPORT });
    await raw.request(stateSubject('a'), seal('state', state, keys.a.key));
    const [heard] = await hand.states();
    assert.ok(Math.abs((heard?.at ?? 0) - Date.now()) < 60_000);
  }
});
