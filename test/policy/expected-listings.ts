import type { Policy } from '../../src/policy/policy.ts';
import { FLEET_SEED } from './folder.ts';

/** Feeds, GeoIP and the fleet of good/everything.yaml. */
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
  fleet: {
    servers: ['tls://nats.example.net:4222', 'nats://127.0.0.1:4222', 'nats://10.9.0.1:4222'],
    seed: FLEET_SEED,
    caFile: '/etc/ssl/fleet-ca.pem',
    operator: 'UBACMRCNF2RL264QHG7ZQ34XXUMGEA2USEGD4IL7Z7FDCNAGYQGPFLVJ',
    share: false,
    accept: { provenFrom: 2, forgeableFrom: 5, bansPerMinute: 100, sitePerMinute: 10 },
  },
  geo: {
    countryFile: '/var/lib/GeoIP/GeoLite2-Country.mmdb',
    asnFile: '/var/lib/GeoIP/GeoLite2-ASN.mmdb',
    deny: { countries: ['KP'], allCountriesBut: [], asns: [64_496] },
    evidence: { countries: [], allCountriesBut: ['NL', 'BE'], asns: [] },
  },
} satisfies Pick<Policy, 'feeds' | 'geo' | 'fleet'>;
