import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mixedPolicy, mixedRecords, overall, scores } from './mixed.ts';

describe('the labelled mixed set', async () => {
  const all = scores(await mixedRecords(), await mixedPolicy());
  const good = all.filter((score) => score.good);
  const attacks = all.filter((score) => !score.good);

  it('has every class', () => {
    assert.ok(attacks.length >= 9);
    assert.deepEqual(good.map((score) => score.class).toSorted(), [
      'home-worker',
      'office-nat',
      'outage-storm',
      'roaming-phone',
      'trunk-failover',
    ]);
  });

  it('no good source is banned', () => {
    for (const score of good) assert.equal(score.banned, 0, JSON.stringify(score));
    assert.equal(overall(all).precision, 1);
  });

  it('no good call is lost', () => {
    for (const score of good) {
      assert.ok(score.calls > 0, score.class);
      assert.equal(score.rejected, 0, JSON.stringify(score));
    }
  });

  it('every attack class is caught, and no call of any gets through', () => {
    for (const score of attacks) {
      assert.ok(score.caught > 0, JSON.stringify(score));
      assert.equal(score.wrongCalls, 0, JSON.stringify(score));
    }
  });
});
