import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { sealMessage } from '../../src/fleet/notice.ts';
import { STREAMS } from '../../src/fleet/streams.ts';
import {
  LONGEST_MS,
  MOST_ITEMS,
  MOST_SKEW_MS,
  NOTICES,
  UNBAN,
  noticeSubject,
} from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import type { Keys } from './nats.ts';

const skip = whyNoNats() ?? false;
const LONG_NAME = 'x'.repeat(63);
const [notices] = STREAMS;

test('what still holds is younger than the stream keeps it, and orders never grow old', () => {
  for (const { name, max_age } of STREAMS) {
    const isOrder = !['ghostgate.notice.*', 'ghostgate.state.*'].some((subject) =>
      STREAMS.some((each) => each.name === name && each.subjects.some((its) => its === subject)),
    );
    if (isOrder) assert.equal(max_age, 0, name);
    else assert.ok(max_age / 1e6 > LONGEST_MS + MOST_SKEW_MS, name);
  }
});

test(
  'one site’s flood of its longest messages pushes out its own alone, at the server',
  { skip },
  async (t) => {
    const keys: Record<string, Keys> = { good: newKeys(), [LONG_NAME]: newKeys() };
    const { operator, nats, hand } = await newFleet(t, tempFolder(t), keys);
    const rawAs = async ({ seed }: Keys, inboxPrefix: string) => {
      const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
      const raw = await connect({ servers: [nats.url], authenticator, inboxPrefix });
      t.after(() => raw.close());
      return raw;
    };
    const stolen = keys[LONG_NAME];
    assert.ok(stolen);
    const raw = await rawAs(stolen, `_INBOX_${LONG_NAME}`);
    const said = async (text: string): Promise<string> =>
      (await raw.request(noticeSubject(LONG_NAME), text, { timeout: 5000 })).string();
    // The longest that a site of today says fits; the longest that a flood can be of does not.
    const longest = sealMessage(
      {
        site: LONG_NAME,
        number: Number.MAX_SAFE_INTEGER,
        after: Number.MAX_SAFE_INTEGER - 1,
        sentAt: Number.MAX_SAFE_INTEGER,
        told: Array.from({ length: MOST_ITEMS }, () => ({
          target: '2001:db8:1111:2222:3333:4444:5555:6666/128'.padEnd(49, '0'),
          rule: 'r'.repeat(32),
          proof: 'forgeable' as const,
          until: Number.MAX_SAFE_INTEGER,
        })),
      },
      stolen.key,
    );
    assert.match(await said(longest), /"seq":1/);
    assert.match(await said('x'.repeat(notices.max_msg_size + 1)), /message size exceeds maximum/);

    // A thousandth of the stream, its bounds in the same proportion.
    const by = await rawAs(operator, '_INBOX_=operator');
    const config = {
      ...notices,
      max_bytes: Math.floor(notices.max_bytes / 1000),
      max_msgs_per_subject: notices.max_msgs_per_subject / 1000,
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      num_replicas: 1,
      allow_direct: true,
    };
    const update = JSON.stringify(config);
    const updated = await by.request(`$JS.API.STREAM.UPDATE.${NOTICES}`, update);
    assert.doesNotMatch(updated.string(), /"error"/);
    const good = await rawAs(keys['good'] ?? stolen, '_INBOX_good');
    for (let at = 0; at < 100; at++) await good.request(noticeSubject('good'), 'x'.repeat(220));
    const until = Date.now() + 1000;
    await hand.order({ order: 'unban', target: '192.0.2.1', because: 'x', until });
    const flood = 'x'.repeat(notices.max_msg_size);
    for (let at = 0; at < 300; at++) assert.match(await said(flood), /"seq"/);
    const asked = JSON.stringify({ subjects_filter: '>' });
    const info = (await by.request(`$JS.API.STREAM.INFO.${NOTICES}`, asked)).string();
    const { state } = JSON.parse(info) as { state: { subjects: Record<string, number> } };
    assert.deepEqual(state.subjects, {
      [noticeSubject('good')]: 100,
      [UNBAN]: 1,
      [noticeSubject(LONG_NAME)]: config.max_msgs_per_subject,
    });
  },
);
