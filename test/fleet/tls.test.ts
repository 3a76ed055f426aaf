import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openOperator } from '../../src/fleet/operator.ts';
import { tempFolder } from '../store/temp.ts';
import { certificates, whyNoOpenssl } from './certificates.ts';
import { natsServer, newKeys, whyNoNats } from './nats.ts';
import { ACCEPT, openSite, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? whyNoOpenssl() ?? false;
const HOUR = 3_600_000;

const ban = (target: string) => ({
  target,
  rule: 'flood',
  proof: 'proven' as const,
  until: Date.now() + HOUR,
});

/** A server that speaks TLS alone, its certificate made for these names. */
async function openFleet(t: TestContext, names = 'DNS:localhost,IP:127.0.0.1') {
  const folder = tempFolder(t);
  const operator = newKeys();
  const keys = { a: newKeys(), b: newKeys() };
  const ours = certificates(join(folder, 'ours'), names);
  const others = certificates(join(folder, 'others'), names);
  const tls = `tls { cert_file: ${JSON.stringify(ours.cert)}, key_file: ${JSON.stringify(ours.key)} }`;
  const nats = await natsServer(folder, operator, keys, tls);
  await nats.start();
  t.after(() => nats.kill());
  const open = (site: 'a' | 'b', host: string, caFile?: string) => {
    const url = `tls://${host}:${nats.port}`;
    const reach = caFile === undefined ? {} : { caFile };
    const opened = openStored(t, join(folder, `${site}-store`), (memory) =>
      openSite(site, keys[site], operator, url, memory, ACCEPT, undefined, reach),
    );
    const problem = async (): Promise<string> => {
      await until('it says why', () => opened.fleet.report().link.problem !== undefined);
      return opened.fleet.report().link.problem ?? '';
    };
    return { ...opened, problem };
  };
  const hand = (host: string, caFile: string | undefined) =>
    openOperator({ servers: [`tls://${host}:${nats.port}`], caFile }, operator.key, Date.now, 3000);
  return { folder, keys, nats, ours, others, open, hand };
}

test('over TLS with a CA of its own, for sites and operator', { skip }, async (t) => {
  const { keys, ours, open, hand, nats } = await openFleet(t);
  const operator = await hand('localhost', ours.ca);
  t.after(() => operator.close());
  await operator.makeStreams();
  for (const site of ['a', 'b'] as const) {
    await operator.order({ order: 'site', site, key: keys[site].key.publicKey });
  }
  const a = open('a', 'localhost', ours.ca);
  const b = open('b', '127.0.0.1', ours.ca);
  for (const { fleet } of [a, b]) {
    await until('it has caught up', () => fleet.report().caughtUpAt !== undefined);
  }
  a.fleet.tell(ban('198.51.100.1'));
  await until('b is told', () => b.bans.has('198.51.100.1'));
  await nats.kill();
  await until('b knows', () => b.fleet.report().link.state !== 'up');
  await nats.start();
  a.fleet.tell(ban('198.51.100.2'));
  await until('b is told again', () => b.bans.has('198.51.100.2'), 30_000);
});

test(
  'an unknown CA, another name, no file: refused with what to do, and the site goes on alone',
  { skip },
  async (t) => {
    const { folder, ours, others, open, hand } = await openFleet(t);
    const absent = join(folder, 'absent.pem');
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, 'no certificate');
    const wrong: readonly [string, string | undefined, RegExp][] = [
      ['localhost', undefined, /no CA that this machine knows .* fleet\.ca_file \(--ca\)/],
      ['localhost', others.ca, /not signed by the CA in .*others.*fleet\.ca_file/],
      ['localhost', absent, /absent\.pem.*a file that ghostgate can read/],
      ['localhost', broken, /fleet\.ca_file/],
    ];
    for (const [host, ca, why] of wrong) {
      const site = open('a', host, ca);
      assert.match(await site.problem(), why);
      // Alone, and nothing it has to tell is lost.
      site.fleet.tell(ban('198.51.100.3'));
      assert.equal(site.fleet.report().link.state, 'connecting');
      await site.close();
      await assert.rejects(hand(host, ca), why);
    }
    // Put right on disk while it runs, it comes about by itself.
    const late = open('a', 'localhost', absent);
    await late.problem();
    renameSync(ours.ca, absent);
    await until('it is connected', () => late.fleet.report().link.state === 'up');
    assert.equal(late.fleet.report().unsent >= 1, true);
  },
);

test('an address that stands in the certificate will do, without any name', { skip }, async (t) => {
  const { ours, hand } = await openFleet(t, 'IP:127.0.0.1');
  const operator = await hand('127.0.0.1', ours.ca);
  await operator.close();
});

test(
  'a certificate for another name is refused, for a name and for an address',
  { skip },
  async (t) => {
    for (const [names, host] of [
      ['DNS:hub.example.net', 'localhost'],
      ['DNS:hub.example.net,IP:192.0.2.1', '127.0.0.1'],
      ['DNS:localhost', '127.0.0.1'],
    ] as const) {
      const { ours, open, hand } = await openFleet(t, names);
      const site = open('a', host, ours.ca);
      assert.match(
        await site.problem(),
        /for another name: write that name in fleet\.servers/,
        names,
      );
      await site.close();
      await assert.rejects(hand(host, ours.ca), /for another name/);
    }
  },
);
