import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openLink } from '../../src/fleet/link.ts';
import { inboxOf } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';

const skip = whyNoNats() ?? false;

test(
  'who hangs up while it is still connecting is not connected afterwards',
  { skip },
  async (t) => {
    const keys = { a: newKeys() };
    const { nats } = await newFleet(t, tempFolder(t), keys);
    const heard: string[] = [];
    const reach = { servers: [nats.url], caFile: undefined, key: keys.a.key };
    // The moments in which NATS is dialled, the library loaded and what is listened to asked for.
    for (const waitMs of [0, 1, 2, 4, 8, 16, 32]) {
      const link = openLink(
        { ...reach, inbox: inboxOf('a'), name: 'test' },
        ['ghostgate.order.>'],
        {
          up: () => void (isClosed && heard.push(`up after ${waitMs}`)),
          down() {},
          message() {},
        },
      );
      let isClosed = false;
      await pause(waitMs);
      isClosed = true;
      await link.close();
      await pause(100);
      assert.notEqual(link.state().state, 'up', `closed after ${waitMs} ms`);
    }
    assert.deepEqual(heard, []);
  },
);
