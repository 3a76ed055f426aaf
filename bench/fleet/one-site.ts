import { createFleet } from '../../src/fleet/fleet.ts';
import type { Listener } from '../../src/fleet/link.ts';
import { LinkError } from '../../src/fleet/link-error.ts';
import { sealMessage } from '../../src/fleet/notice.ts';
import { noticeSubject } from '../../src/fleet/words.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { newKeys } from '../../test/fleet/nats.ts';
import { ACCEPT, REPORT } from '../../test/fleet/site.ts';

const MESSAGES = 3000;

/**
 * What a whole site spends on one notice, from its bytes to the breaker being asked: its own check
 * of the signature and its own SQLite on disk, without the network and the library that reads it.
 */
export async function oneSite(folder: string): Promise<{ cpuUs: number; most: number }> {
  const now = Date.now();
  const store = openStore(folder, { now: Date.now });
  const other = newKeys();
  let on: Listener | undefined;
  let asked = 0;
  store.fleet.putMember({ site: 'other', key: other.key.publicKey, at: 1 });
  const operator = newKeys().key.publicKey;
  store.fleet.putFact('operator', operator);
  const fleet = createFleet({
    site: 'one',
    key: newKeys().key,
    operator,
    reach: { servers: [], caFile: undefined },
    memory: store.fleet,
    settings: () => ({ accept: { ...ACCEPT, sitePerMinute: 1_000_000 }, v6Bits: 64 }),
    wishes: {
      shutOut: () => void asked++,
      notAnyMore() {},
      free() {},
      allow() {},
    },
    summary: () => REPORT,
    on: { link() {}, refused() {}, failed() {} },
    now: Date.now,
    open(_reach, _subjects, listener) {
      on = listener;
      return {
        state: () => ({ state: 'connecting', since: now }),
        ask: () => Promise.reject(new LinkError('no server here')),
        close: () => Promise.resolve(),
      };
    },
  });
  const messages = Array.from({ length: MESSAGES }, (_, at) => {
    const target = `198.18.${at >> 8}.${at & 255}`;
    const told = [{ target, rule: 'flood', proof: 'proven', until: now + 3_600_000 } as const];
    const number = now + at + 1;
    const after = at === 0 ? 0 : number - 1;
    return Buffer.from(sealMessage({ site: 'other', number, after, sentAt: now, told }, other.key));
  });
  const before = process.cpuUsage();
  let most = 0;
  for (const data of messages) {
    const startedAt = performance.now();
    on?.message(noticeSubject('other'), data);
    most = Math.max(most, performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(before);
  await fleet.close();
  store.close();
  if (asked !== MESSAGES) throw new Error(`${asked} of ${MESSAGES} reached the breaker`);
  return { cpuUs: (user + system) / MESSAGES, most };
}
