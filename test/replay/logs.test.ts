import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createCourt } from '../../src/replay/court.ts';
import { fromRoot } from '../root.ts';
import { policyOf } from '../judge/fixture.ts';
import { collect } from './collect.ts';

const folder = fromRoot('test', 'captures', 'logs');
const files = readdirSync(folder).filter((file) => file !== 'README.md');
const TRUNK = '198.18.12.1';

describe('the logs of real PBXs', () => {
  for (const file of files) {
    it(`${file}: nobody is named but who sent packets`, async () => {
      const { records, counts } = await collect(`${folder}/${file}`);
      assert.ok(counts.events > 40, `${counts.events} events`);
      const text = JSON.stringify(
        records.map((record) => 'event' in record && record.event.source),
      );
      assert.ok(!text.includes(TRUNK));
      for (const record of records) {
        if (record.record !== 'event') continue;
        assert.match(record.event.source.address, /^(198\.18\.1[13]\.\d+|2001:db8:10:11::1)$/);
        assert.equal(record.event.proof, 'forgeable');
        // oxlint-disable-next-line no-control-regex -- finding control characters is its purpose.
        assert.doesNotMatch(Object.values(record.event).join(' '), /[\u0000-\u001f]/);
      }
      const crafted = (counts.refused.crafted ?? 0) + (counts.refused.broken ?? 0);
      assert.ok(crafted > 0, 'the forgeries are noticed');
    });

    it(`${file}: attackers are shut out, the phones are not`, async () => {
      const { records } = await collect(`${folder}/${file}`);
      const court = createCourt(policyOf());
      const banned = new Set<string>();
      for (const record of records) {
        const judged = court.take(record);
        if (judged?.considered === undefined || 'refused' in judged.considered) continue;
        banned.add(judged.considered.ban.target);
        assert.equal(judged.considered.ban.quarantine, true, 'a log proves nothing');
      }
      assert.ok(banned.has('198.18.11.37'), 'password guessing');
      assert.ok(banned.has('198.18.11.38'), 'account sweep');
      for (const target of banned) assert.match(target, /^198\.18\.11\.(?:2[0-4]|37|38|60)$/);
    });
  }
});
