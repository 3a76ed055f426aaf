import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Claim } from '../../src/fleet/quorum.ts';
import { createClaims, decide } from '../../src/fleet/quorum.ts';
import { createSiteBudget } from '../../src/fleet/site-budget.ts';
import { whyUnallowable, whyUntellable } from '../../src/fleet/shape.ts';

const NOW = 1_800_000_000_000;
const claim = fc.record<Claim>({
  site: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  rule: fc.constantFrom('auth-failure', 'flood'),
  proof: fc.constantFrom('proven', 'forgeable'),
  until: fc.integer({ min: NOW - 1000, max: NOW + 1000 }),
});

test('fewer than k different sites decide nothing, however often they say it', () => {
  fc.assert(
    fc.property(
      fc.array(claim, { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (said, provenFrom, forgeableFrom) => {
        const claims = createClaims();
        for (const each of said) claims.put('198.51.100.66', each);
        const decision = decide(claims.of('198.51.100.66'), { provenFrom, forgeableFrom }, NOW);
        // The last word of each site, as of now.
        const last = [...new Map(said.map((each) => [each.site, each])).values()];
        const live = last.filter(({ until }) => until > NOW);
        const proven = live.filter(({ proof }) => proof === 'proven');
        if (decision === undefined) {
          assert.ok(proven.length < provenFrom && live.length < forgeableFrom);
          return;
        }
        const needed = decision.proof === 'proven' ? provenFrom : forgeableFrom;
        const from = decision.proof === 'proven' ? proven : live;
        assert.ok(from.length >= needed);
        assert.ok(new Set(decision.sites).size >= needed);
        // At its end so many sites still say it, and one ms later they do not.
        assert.ok(from.filter(({ until }) => until >= decision.until).length >= needed);
        assert.ok(from.filter(({ until }) => until > decision.until).length < needed);
      },
    ),
  );
});

test('claims are bounded, for each site and in all, and go when their site or their time does', () => {
  const claims = createClaims({ all: 5, perSite: 3 });
  const said = (site: string, until = NOW + 1): Claim => {
    return { site, rule: 'flood', proof: 'proven', until };
  };
  const taken = ['1', '2', '3', '4'].map((last) => claims.put(`192.0.2.${last}`, said('a')));
  assert.deepEqual(taken, [true, true, true, false]);
  assert.equal(claims.put('192.0.2.1', said('a', NOW + 2)), true, 'a newer word needs no room');
  const others = ['1', '2', '3'].map((last) => claims.put(`192.0.2.${last}`, said('b', NOW)));
  assert.deepEqual(others, [true, true, false]);
  claims.expire(NOW);
  assert.equal(claims.size, 3);
  assert.deepEqual(claims.forget('a'), ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  assert.deepEqual([claims.size, [...claims.targets()]], [0, []]);
});

test('a site has so many notices a minute, and its flood spends nobody else’s', () => {
  const budget = createSiteBudget(() => 60);
  const many = (site: string, at: number, times: number): number =>
    Array.from({ length: times }, () => budget.spend(site, at)).filter(Boolean).length;
  assert.equal(many('a', NOW, 500), 60);
  assert.equal(many('b', NOW, 10), 10);
  assert.equal(many('a', NOW + 10_000, 500), 10);
  assert.equal(many('a', NOW - 3_600_000, 500), 0, 'an older message fills nothing');
});

const shapes: readonly [string, string | undefined][] = [
  ['198.51.100.66', undefined],
  ['2001:db8:1:2::/64', undefined],
  ['2001:db8:1:2::7', undefined],
  ['198.51.100.0/31', 'wider than one address'],
  ['0.0.0.0/0', 'wider than one address'],
  ['::/0', 'a wider prefix than this site judges by'],
  ['2001:db8:1::/48', 'a wider prefix than this site judges by'],
  ['127.0.0.1', 'no public address'],
  ['10.1.2.3', 'no public address'],
  ['172.31.0.1', 'no public address'],
  ['224.0.0.1', 'no public address'],
  ['255.255.255.255', 'no public address'],
  ['::1', 'no public address'],
  ['fe80::/64', 'no public address'],
  ['fd00:1:2:3::/64', 'no public address'],
  ['::ffff:10.0.0.1', 'no address as a judge writes it'],
  ['198.51.100.66/32', 'no address as a judge writes it'],
  ['2001:DB8::/64', 'no address as a judge writes it'],
  ['sip.example.net', 'no address as a judge writes it'],
];
test('what no site can tell another', () => {
  for (const [target, why] of shapes) assert.equal(whyUntellable(target, 64), why, target);
  assert.equal(whyUnallowable('0.0.0.0/0'), 'wider than /8: nobody would be shut out');
  assert.equal(whyUnallowable('2000::/3'), 'wider than /32: nobody would be shut out');
  assert.equal(whyUnallowable('203.0.113.0/24'), undefined);
});
