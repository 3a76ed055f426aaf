import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { sealMessage } from '../../src/fleet/notice.ts';
import type { FleetMemory } from '../../src/fleet/memory.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { noticeSubject } from '../../src/fleet/words.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { fromRoot } from '../root.ts';
import { tempFolder } from '../store/temp.ts';
import { certificates, whyNoOpenssl } from './certificates.ts';
import { hubText, leafServers, leafText } from './leaf.ts';
import { freePort, newKeys, whyNoNats } from './nats.ts';
import type { Keys } from './nats.ts';
import { wireTo } from './proxy.ts';
import type { Wire } from './proxy.ts';
import { ACCEPT, openSite, proven, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? whyNoOpenssl() ?? false;
const HOUR = 3_600_000;

/** A hub with JetStream, `north` with sites a and c, `south` with b; each leaf at the end of a wire. */
async function openFleet(t: TestContext, scheme: 'nats' | 'tls' = 'nats') {
  const folder = tempFolder(t);
  const operator = newKeys();
  const keys = { a: newKeys(), b: newKeys(), c: newKeys() };
  const places = { north: { a: keys.a, c: keys.c }, south: { b: keys.b } };
  const wires: Record<string, Wire> = {};
  const wayToHub = async (leaf: string, port: number): Promise<number> => {
    const wire = (wires[leaf] = await wireTo(t, port));
    return wire.port;
  };
  const ours = certificates(join(folder, 'tls'), 'IP:127.0.0.1');
  const others = certificates(join(folder, 'others'), 'IP:127.0.0.1');
  // No leaf gets past its wire: nothing listens where the hub says that it does.
  const servers = await leafServers(
    folder,
    operator,
    places,
    wayToHub,
    await freePort(),
    ours,
    scheme === 'tls' ? ours : undefined,
  );
  const { hub, leaves } = servers;
  for (const server of [hub, ...Object.values(leaves)]) {
    await server.start();
    t.after(() => server.kill());
  }
  const hand = await openOperator({ servers: [hub.url], caFile: undefined }, operator.key);
  t.after(() => hand.close());
  await hand.makeStreams();
  for (const [site, { key }] of Object.entries(keys)) {
    await hand.order({ order: 'site', site, key: key.publicKey });
  }
  const urlOf = (leaf: 'north' | 'south'): string => `${scheme}://127.0.0.1:${leaves[leaf]?.port}`;
  const openAt = (
    site: 'a' | 'b' | 'c',
    leaf: 'north' | 'south',
    memory: FleetMemory,
    ca: string,
  ) => openSite(site, keys[site], operator, urlOf(leaf), memory, ACCEPT, undefined, { caFile: ca });
  const open = async (site: 'a' | 'b' | 'c', leaf: 'north' | 'south') => {
    mkdirSync(join(folder, site), { recursive: true });
    const store = openStore(join(folder, site), { now: Date.now });
    const opened = openAt(site, leaf, store.fleet, ours.ca);
    t.after(async () => {
      await opened.fleet.close();
      store.close();
    });
    await until('it has caught up', () => opened.fleet.report().caughtUpAt !== undefined);
    return opened;
  };
  const rawAs = async (its: Keys, site: string, url: string) => {
    const raw = await connect({
      servers: [url],
      authenticator: nkeyAuthenticator(new TextEncoder().encode(its.seed)),
      inboxPrefix: `_INBOX_${site}`,
    });
    t.after(() => raw.close());
    return raw;
  };
  return { folder, hub, hand, open, openAt, rawAs, urlOf, keys, wires, others };
}

test(
  'through leaves without JetStream: told everywhere, each site in its own name alone',
  { skip },
  async (t) => {
    const { open, rawAs, urlOf, keys, hand, hub } = await openFleet(t);
    const a = await open('a', 'north');
    const b = await open('b', 'south');
    const c = await open('c', 'north');
    a.fleet.tell(proven('198.51.100.1'));
    b.fleet.tell(proven('198.51.100.2'));
    await until('all are told', () => b.bans.size === 1 && a.bans.size === 1 && c.bans.size === 2);
    await until('the hub has both', () => a.fleet.report().unsent + b.fleet.report().unsent === 0);
    assert.equal((await hand.claims()).length, 2);
    await until('the operator sees both', () => a.fleet.report().told === 1);
    const states = await hand.states();
    assert.deepEqual(states.map(({ site }) => site).toSorted(), ['a', 'b', 'c']);
    await hand.order({
      order: 'unban',
      target: '198.51.100.1',
      because: 'an office',
      until: Date.now() + HOUR,
    });
    await until('b and c free it', () => b.freed.length === 1 && c.freed.length === 1);

    const raw = await rawAs(keys.a, 'a', urlOf('north'));
    const violations: string[] = [];
    void (async () => {
      for await (const event of raw.status()) {
        if (event.type === 'error') violations.push(event.error.message);
      }
    })();
    const now = Date.now();
    const message = { site: 'b', number: now, after: 0, sentAt: now };
    const forged = sealMessage({ ...message, told: [proven('203.0.113.9')] }, keys.a.key);
    // A neighbour's name at the same leaf, a name at another, an order, JetStream's own questions.
    const subjects = [
      noticeSubject('c'),
      noticeSubject('b'),
      'ghostgate.unban',
      '$JS.API.STREAM.DELETE.GHOSTGATE_NOTICES',
      '$JS.API.STREAM.INFO.GHOSTGATE_NOTICES',
    ];
    for (const subject of subjects) raw.publish(subject, forged);
    await until('the leaf refuses all', () => violations.length === subjects.length);
    // And nobody comes to the hub as a leaf's site, or with a leaf's password as a site.
    await assert.rejects(rawAs(keys.a, 'a', hub.url), /[Aa]uthorization/);
    const asLeaf = { servers: [hub.url], user: 'north', pass: 'secret-of-north' };
    await assert.rejects(connect({ ...asLeaf, reconnect: false }));
    await pause(200);
    assert.equal(b.bans.has('203.0.113.9') || c.bans.has('203.0.113.9'), false);
    assert.equal((await hand.claims()).length, 1);
  },
);

test('a leaf cut off from its hub and back: nothing lost, nothing twice', { skip }, async (t) => {
  const { open, wires } = await openFleet(t);
  const a = await open('a', 'north');
  const b = await open('b', 'south');
  const c = await open('c', 'north');
  a.fleet.tell(proven('198.51.100.1'));
  await until('all are told', () => b.bans.size === 1 && c.bans.size === 1);
  wires['north']?.cut();
  await pause(200);
  // Who is at the same leaf has it at once; it waits at a for the hub to keep it.
  a.fleet.tell(proven('198.51.100.2'));
  await until('c is told', () => c.bans.has('198.51.100.2'));
  await until('a knows', () => /no/.test(a.fleet.report().link.problem ?? ''));
  assert.equal(a.fleet.report().link.state, 'up');
  a.fleet.tell(proven('198.51.100.3'));
  for (let at = 1; at <= 40; at++) b.fleet.tell(proven(`192.0.2.${at}`));
  await until('b has told all', () => b.fleet.report().unsent === 0);
  assert.deepEqual([a.bans.size, b.bans.size, a.fleet.report().unsent], [0, 1, 2]);
  wires['north']?.mend();
  await until('b has all of a', () => b.bans.size === 3, 30_000);
  await until('a has all of b', () => a.bans.size === 40, 30_000);
  assert.equal(a.fleet.report().link.problem, undefined);
  // c told nothing meanwhile: it finds out when it next says how it is, or when b speaks again.
  b.fleet.tell(proven('192.0.2.41'));
  await until('c has all', () => c.bans.size === 44, 30_000);
  await pause(300);
  for (const site of [a, b, c]) {
    assert.deepEqual([...new Set(site.asked.values())], [1]);
    assert.deepEqual(site.refusals, []);
  }
});

test(
  'by TLS from site to leaf and from leaf to hub; another CA is refused',
  { skip },
  async (t) => {
    const { folder, open, openAt, wires, others } = await openFleet(t, 'tls');
    const a = await open('a', 'north');
    const b = await open('b', 'south');
    a.fleet.tell(proven('198.51.100.1'));
    await until('b is told', () => b.bans.has('198.51.100.1'));
    // What passes the hub and back, with JetStream asked through both.
    await until('the hub has it', () => a.fleet.report().unsent === 0);
    wires['north']?.cut();
    b.fleet.tell(proven('198.51.100.2'));
    await pause(200);
    wires['north']?.mend();
    a.fleet.tell(proven('198.51.100.3'));
    await until('a has what b told', () => a.bans.has('198.51.100.2'), 30_000);
    await until('b has what a told', () => b.bans.has('198.51.100.3'), 30_000);

    const wrong = openStored(t, join(folder, 'wrong'), (memory) =>
      openAt('c', 'north', memory, others.ca),
    );
    await until('it says why', () => wrong.fleet.report().link.problem !== undefined);
    assert.match(
      wrong.fleet.report().link.problem ?? '',
      /not signed by the CA in .*fleet\.ca_file/,
    );
    assert.equal(wrong.fleet.report().link.state, 'connecting');
  },
);

test('docs/fleet.md shows the configuration that is tested', () => {
  const docs = readFileSync(fromRoot('docs/fleet.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const key = newKeys();
  const named = (publicKey: string): Keys => ({ ...key, key: { ...key.key, publicKey } });
  const sites = { 'acme-hq': named('UACME…'), 'zeta.berlin': named('UZETA…') };
  const [ca, cert, its] = ['ca', 'cert', 'key'].map((name) => `/etc/nats/${name}.pem`);
  const tls = { ca: ca ?? '', cert: cert ?? '', key: its ?? '' };
  const operator = named('UOPERATOR…');
  const hub = hubText(4222, 7422, 7422, '/var/lib/nats', operator, { north: sites }, tls);
  for (const text of [hub, leafText('north', 4222, 7422, sites, tls)]) {
    const abroad = text
      .replaceAll(/listen: "?127\.0\.0\.1:(\d+)"?/g, 'listen: "0.0.0.0:$1"')
      .replaceAll('127.0.0.1', 'hub.example.net');
    assert.ok(docs.includes(abroad.replaceAll(/\s+/g, ' ').trim()), abroad);
  }
});
