import type { Policy } from '../../src/policy/policy.ts';

/** Feeds and GeoIP of good/everything.yaml. */
export const EVERY_LISTING = {
  feeds: [
    {
      name: 'scanners',
      from: { url: 'https://lists.example.net/sip.csv' },
      format: 'csv',
      column: 'address',
      everySeconds: 21_600,
      use: 'deny',
      maxEntries: 5000,
    },
    {
      name: 'own-list',
      from: { file: '/srv/ghostgate/own.txt' },
      format: undefined,
      column: undefined,
      everySeconds: 3600,
      use: 'evidence',
      maxEntries: 100_000,
    },
  ],
  geo: {
    countryFile: '/var/lib/GeoIP/GeoLite2-Country.mmdb',
    asnFile: '/var/lib/GeoIP/GeoLite2-ASN.mmdb',
    deny: { countries: ['KP'], allCountriesBut: [], asns: [64_496] },
    evidence: { countries: [], allCountriesBut: ['NL', 'BE'], asns: [] },
  },
} satisfies Pick<Policy, 'feeds' | 'geo'>;
