import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { geoFiles, geoOf, lookAgain } from '../../src/feed/geo.ts';
import { mmdbOf } from '../../src/feed/mmdb.ts';
import { tempFolder } from '../store/temp.ts';
import { makeMmdb } from './mmdb-make.ts';

const COUNTRIES = makeMmdb([
  ['198.51.100.0/24', { country: { iso_code: 'KP', names: { en: 'North Korea' } } }],
  ['203.0.113.0/24', { country: { iso_code: 'NL' } }],
]);
const NETWORKS = makeMmdb(
  [
    [
      '198.51.100.0/24',
      { autonomous_system_number: 64_496, autonomous_system_organization: 'Example\u{1b}[31m' },
    ],
  ],
  4,
);
const NOWHERE = { countries: [], allCountriesBut: [], asns: [] };

test('an MMDB file tells country and network, and nothing of what it does not know', () => {
  const countries = mmdbOf(COUNTRIES);
  assert.deepEqual(countries.place('198.51.100.7'), { country: 'KP' });
  assert.deepEqual(countries.place('203.0.113.255'), { country: 'NL' });
  for (const unknown of ['192.0.2.1', '2001:db8::1']) {
    assert.equal(countries.place(unknown), undefined);
  }
  assert.equal(countries.builtAt, 1_700_000_000_000);
  const networks = mmdbOf(NETWORKS);
  assert.deepEqual(networks.place('198.51.100.7'), { asn: 64_496, owner: 'Example\u{fffd}[31m' });
  // The first bits of this one are those of 198.51.100.0.
  assert.equal(networks.place('c633:6400::1'), undefined);
});

test('what the policy makes of places', async (t) => {
  const folder = tempFolder(t);
  const policy = {
    countryFile: join(folder, 'country.mmdb'),
    asnFile: join(folder, 'asn.mmdb'),
    deny: { countries: ['KP'], allCountriesBut: [], asns: [] },
    evidence: { countries: [], allCountriesBut: ['KP', 'BE'], asns: [64_496] },
  };
  const files = geoFiles(policy);
  for (const file of files) assert.equal(await lookAgain(file), false);
  assert.match(files[0]?.problem ?? '', /ENOENT/);
  writeFileSync(policy.countryFile, COUNTRIES);
  writeFileSync(policy.asnFile, NETWORKS);
  for (const file of files) assert.equal(await lookAgain(file), true);
  for (const file of files) assert.equal(await lookAgain(file), false);
  const geo = geoOf(policy, files);
  assert.equal(geo.denies('198.51.100.7'), 'is in country KP');
  assert.equal(geo.suspects('198.51.100.7'), 'belongs to AS64496 (Example\u{fffd}[31m)');
  assert.equal(geo.suspects('203.0.113.7'), 'is in country NL, none of KP, BE');
  assert.equal(geo.suspects('192.0.2.1'), undefined);
  assert.equal(geo.place('198.51.100.7'), 'country KP, AS64496 (Example\u{fffd}[31m)');
  assert.equal(geo.place('192.0.2.1'), undefined);
  // A file that is broken leaves the good one in force.
  writeFileSync(policy.countryFile, COUNTRIES.subarray(0, 100));
  const [country] = files;
  assert.ok(country !== undefined);
  assert.equal(await lookAgain(country), false);
  assert.match(country.problem ?? '', /is no MMDB file/);
  assert.equal(geoOf({ ...policy, deny: NOWHERE }, files).place('203.0.113.7'), 'country NL');
});

test('a broken file is refused or knows less, and never hangs or throws at a lookup', () => {
  const changes = fc.array(fc.tuple(fc.nat(COUNTRIES.length - 1), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(changes, (bytes) => {
      const broken = Buffer.from(COUNTRIES);
      for (const [at, byte] of bytes) broken[at] = byte;
      let mmdb;
      try {
        mmdb = mmdbOf(broken);
      } catch {
        return;
      }
      for (const address of ['198.51.100.7', '203.0.113.7', '2001:db8::1']) mmdb.place(address);
    }),
    { numRuns: 500 },
  );
});
