import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { sealMessage } from '../../src/fleet/notice.ts';
import { noticeSubject } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { rawClient } from './raw-client.ts';
import { openSite, proven, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;

/** What the head of a message may hold that a stolen site sends; the server hands it on as it is. */
const HEADS: readonly string[] = [
  'NATS/1.0\r\nNats-Sequence: 1\r\n\r\n',
  'NATS/1.0\r\nNats-Sequence: 9007199254740991\r\n\r\n',
  'NATS/1.0\r\nNats-Sequence: x\r\n\r\n',
  'NATS/1.0\r\nNats-Subject: ghostgate.unban\r\n\r\n',
  'NATS/1.0\r\nNats-Time-Stamp: never\r\n\r\n',
  'NATS/1.0\r\nNats-Time-Stamp: 2001-01-01T00:00:00Z\r\n\r\n',
  'NATS/1.0 404 Message Not Found\r\n\r\n',
  'NATS/1.0 503\r\n\r\n',
  'NATS/1.0 408 Request Timeout\r\n\r\n',
  'NATS/1.0\r\nX: a\nb\r\n\r\n',
  'NATS/1.0\r\nX: a\rb\r\n\r\n',
  'NATS/1.0\r\n: \r\n\r\n',
  '\r\n\r\n',
  'NATS/1.0\r\nX: abcd',
  'HTTP/1.1 200 OK\r\n\r\n',
];

for (const head of HEADS) {
  test(
    `a stolen site's head stops nobody's reading: ${JSON.stringify(head)}`,
    { skip },
    async (t) => {
      const folder = tempFolder(t);
      const keys = { good: newKeys(), stolen: newKeys(), reader: newKeys() };
      const { operator, nats, hand } = await newFleet(t, folder, keys);
      const open = (site: 'good' | 'reader') =>
        openStored(t, join(folder, site), (memory) =>
          openSite(site, keys[site], operator, nats.url, memory),
        );
      const good = open('good');
      let reader = open('reader');
      await until('both are up', () => good.fleet.report().member && reader.fleet.report().member);
      good.fleet.tell(proven('198.51.100.1'));
      await until('the reader is told', () => reader.bans.size === 1);
      await reader.close();

      const raw = await rawClient(t, nats.port, keys.stolen);
      let number = Date.now();
      const send = async (target: string): Promise<void> => {
        const message = { site: 'stolen', number, after: 0, sentAt: Date.now() };
        number++;
        const text = sealMessage({ ...message, told: [proven(target)] }, keys.stolen.key);
        await raw.send(noticeSubject('stolen'), head, text);
        await raw.send(noticeSubject('stolen'), head, '');
      };
      good.fleet.tell(proven('198.51.100.2'));
      await until('it is told', () => good.fleet.report().unsent === 0);
      await send('203.0.113.1');
      good.fleet.tell(proven('198.51.100.3'));
      await until('it is told', () => good.fleet.report().unsent === 0);
      // The last of all, which says how far the stream goes.
      await send('203.0.113.2');

      reader = open('reader');
      await until('it has caught up', () => reader.fleet.report().caughtUpAt !== undefined, 5000);
      for (const target of ['198.51.100.2', '198.51.100.3'])
        assert.ok(reader.bans.has(target), target);
      await send('203.0.113.3');
      good.fleet.tell(proven('198.51.100.4'));
      await until('both go on', () => reader.bans.has('198.51.100.4'), 5000);
      await pause(100);
      assert.ok([...reader.asked.values()].every((times) => times === 1));
      const told = (await hand.claims()).map(({ target }) => target);
      assert.ok(told.includes('198.51.100.4'), told.join(' '));
      await reader.close();
      reader = open('reader');
      await until('it is up', () => reader.fleet.report().caughtUpAt !== undefined, 5000);
      assert.equal(reader.bans.size, 0, 'nothing is read twice');
    },
  );
}
