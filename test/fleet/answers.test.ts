import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Link } from '../../src/fleet/link.ts';
import { openLink } from '../../src/fleet/link.ts';
import { OPERATOR_INBOX } from '../../src/fleet/rights.ts';
import { makeStreams } from '../../src/fleet/streams.ts';
import { inboxOf, policySubject } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import type { Keys, Nats } from './nats.ts';
import { natsServer, newKeys, whyNoNats } from './nats.ts';

function linkTo(t: TestContext, nats: Nats, { key }: Keys, inbox: string): Promise<Link> {
  return new Promise((resolve) => {
    const reach = { servers: [nats.url], caFile: undefined, key, inbox, name: 'test' };
    const link = openLink(reach, [], { up: () => resolve(link), down() {}, message() {} });
    t.after(() => link.close());
  });
}

test(
  'a question that has no answer says why, and at once where that is known',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const [operator, a] = [newKeys(), newKeys()];
    const nats = await natsServer(tempFolder(t), operator, { a });
    await nats.start();
    t.after(() => nats.kill());
    const hand = await linkTo(t, nats, operator, OPERATOR_INBOX);
    const site = await linkTo(t, nats, a, inboxOf('a'));
    const startedAt = performance.now();
    await assert.rejects(hand.ask(policySubject(1), 'x'), {
      name: 'LinkError',
      message: 'no answer on ghostgate.policy.1: no responders',
    });
    await makeStreams(hand);
    await assert.rejects(site.ask(policySubject(1), 'x'), /policy\.1: Permissions Violation/);
    assert.ok(performance.now() - startedAt < 2000, 'long before it would be late');
    const { data, status, head } = await hand.ask(policySubject(1), 'x');
    assert.match(Buffer.from(data).toString(), /"stream":"GHOSTGATE_POLICIES", "seq":1/);
    assert.deepEqual([status, head.size], [0, 0]);

    // The server dies with questions under way: none waits for ever.
    const asked = Array.from({ length: 100 }, () => hand.ask('$JS.API.STREAM.NAMES', ''));
    const settled = Promise.allSettled(asked);
    await nats.kill();
    for (const each of await settled) {
      if (each.status === 'rejected') assert.match(String(each.reason), /no answer|NATS is away/);
    }
    await assert.rejects(hand.ask('$JS.API.STREAM.NAMES', ''), /NATS is away/);
  },
);
