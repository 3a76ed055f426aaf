import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldOutScores } from './mixed.ts';

describe('the held-out attacks, recorded beside good traffic', async () => {
  for (const [pbx, all] of await heldOutScores()) {
    it(`${pbx}: no good source is banned and no good call lost`, () => {
      const good = all.filter((score) => score.good);
      // FreeSWITCH was recorded without good traffic.
      assert.ok(good.length > 0 || pbx.startsWith('freeswitch'));
      for (const score of good) {
        assert.deepEqual([score.banned, score.rejected], [0, 0], JSON.stringify(score));
      }
    });

    it(`${pbx}: every call of an attack is rejected`, () => {
      const attacks = all.filter((score) => !score.good);
      assert.ok(attacks.length > 0);
      for (const score of attacks) assert.equal(score.wrongCalls, 0, JSON.stringify(score));
    });
  }
});
