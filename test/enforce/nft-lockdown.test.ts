import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { EnforceError, type Enforcer, type Lockdown } from '../../src/enforce/enforcer.ts';
import { lockdownText } from '../../src/enforce/nft-lockdown.ts';
import { nftables } from '../../src/enforce/nftables.ts';
import { ban, eventually } from './contract.ts';
import { namespace, run, type Namespace } from './namespace.ts';
import { wire, type Wire } from './wire.ts';

const TRUNK = '198.51.100.2';
const TRUNK6 = '2001:db8:1:3::7';
const PHONE = '198.51.100.3';
const PHONE6 = '2001:db8:1:4::7';
const SCANNER = '198.51.100.1';
const SCANNER6 = '2001:db8:1:2::7';
const SIP = 5060;
const RTP = 10_000;

const LOCKED: Lockdown = {
  forMs: 60_000,
  // A prefix and an address within it, as a policy and DNS together may have them.
  open: ['2001:db8:1:3::/64', TRUNK, '2001:db8:1:3::7', '10.0.0.0/8', '10.1.0.0/16'],
  registered: [PHONE, '2001:db8:1:4::/64'],
  v6Bits: 64,
};

test('lockdown off leaves no rule and no element', () => {
  const lines = lockdownText('ghostgate', undefined).trim().split('\n');
  assert.ok(lines.every((line) => /^flush (chain|set) inet ghostgate \w+$/.test(line)));
  assert.equal(lines.length, 7);
});

test('lockdown with nobody of a family writes no empty list, which nft refuses', () => {
  const text = lockdownText('ghostgate', { ...LOCKED, open: ['10.0.0.0/8'], registered: [] });
  assert.equal(text.match(/add element/g)?.length, 2);
  assert.ok(!text.includes('{  }'));
});

void describe('lockdown: packets', { concurrency: 3 }, () => {
  test('lockdown: SIP from the known alone, other ports as before, and open again', async (t) => {
    await withWire(t, async ({ enforcer, line, later }) => {
      later(3_000);
      for (const stranger of [SCANNER, SCANNER6]) await reaches(line, stranger, SIP);
      await enforcer.lockdown?.(LOCKED);
      await enforcer.lockdown?.(LOCKED);
      assert.deepEqual(await enforcer.locked?.(), { inForce: true, droppedPackets: 0 });
      for (const stranger of [SCANNER, SCANNER6]) line.send(stranger, SIP, `shut out ${stranger}`);
      line.send('198.51.100.200', SIP, '', 'tcp');
      for (const known of [TRUNK, TRUNK6, PHONE, PHONE6]) await reaches(line, known, SIP);
      for (const anyone of [SCANNER, SCANNER6]) await reaches(line, anyone, RTP);
      assert.ok(!line.arrived.some((text) => text.startsWith('shut out')));
      await eventually(async () => ((await enforcer.locked?.())?.droppedPackets ?? 0) >= 3);
      assert.equal(await enforcer.saw?.('198.51.100.200'), false, 'dropped, so not noted');
      assert.equal(await enforcer.saw?.(PHONE), true);
      const senders = await enforcer.senders?.();
      assert.ok(senders?.includes(PHONE6) && !senders.includes('198.51.100.200'));
      await enforcer.lockdown?.(undefined);
      for (const stranger of [SCANNER, SCANNER6]) await reaches(line, stranger, SIP);
      assert.equal((await enforcer.locked?.())?.inForce, false);
    });
  });

  test('lockdown: a ban stands before it, and somebody new is let in at once', async (t) => {
    await withWire(t, async ({ enforcer, line }) => {
      await enforcer.lockdown?.({ ...LOCKED, registered: [] });
      await enforcer.ban([ban(TRUNK6.replace('::7', '::/64'))]);
      for (const shut of [TRUNK6, PHONE]) line.send(shut, SIP, `shut out ${shut}`);
      await reaches(line, TRUNK, SIP);
      await enforcer.lockdown?.(LOCKED);
      await reaches(line, PHONE, SIP);
      line.send(TRUNK6, SIP, `shut out ${TRUNK6}`);
      await reaches(line, TRUNK, SIP);
      assert.ok(!line.arrived.some((text) => text.startsWith('shut out')));
    });
  });

  test('lockdown: the kernel opens the ports when nobody writes it again', async (t) => {
    await withWire(t, async ({ enforcer, line }) => {
      const from = performance.now();
      await enforcer.lockdown?.({ ...LOCKED, forMs: 1_500 });
      // No process of ours runs on for this: nft has ended, and the enforcer is closed.
      await enforcer.close();
      line.send(SCANNER, SIP, 'shut out');
      await reaches(line, TRUNK, SIP);
      assert.ok(!line.arrived.includes('shut out'));
      await eventually(() => {
        line.send(SCANNER, SIP, 'open again');
        line.send(SCANNER6, SIP, 'open again for IPv6');
        return line.arrived.includes('open again') && line.arrived.includes('open again for IPv6');
      });
      const afterMs = performance.now() - from;
      assert.ok(afterMs >= 1_400 && afterMs < 4_000, `after ${afterMs} ms`);
    });
  });

  test('lockdown: what this machine sends to itself goes through', async (t) => {
    await withWire(t, async ({ enforcer, line, pbx }) => {
      await enforcer.lockdown?.(LOCKED);
      for (const own of ['127.0.0.1', '192.0.2.1', '::1', '2001:db8:ffff::1']) {
        run([...pbx.inside, process.execPath, '-e', SEND, own, `to itself at ${own}`]);
        await eventually(() => line.arrived.includes(`to itself at ${own}`));
      }
    });
  });

  test('lockdown: what this machine passes on goes through', async (t) => {
    await withWire(t, async ({ enforcer, pbx, outside }) => {
      const inside = (...words: string[]) => run([...pbx.inside, ...words]);
      inside('sysctl', '-qw', 'net.ipv4.ip_forward=1');
      inside('ip', 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'lan-end');
      inside('ip', 'link', 'set', 'lan-end', 'up');
      inside('ip', 'address', 'add', '203.0.113.1/24', 'dev', 'lan');
      inside('ip', 'link', 'set', 'lan', 'up');
      run([
        'ip',
        '-n',
        outside.name,
        'route',
        'add',
        '203.0.113.0/24',
        'via',
        '192.0.2.1',
        'dev',
        'w0',
        'onlink',
      ]);
      inside(
        'nft',
        'add table inet lab; add chain inet lab passed { type filter hook forward priority 0; }; add rule inet lab passed udp dport 5060 counter',
      );
      await enforcer.lockdown?.(LOCKED);
      run([...outside.inside, process.execPath, '-e', SEND, '203.0.113.9', 'passed on']);
      await eventually(() => inside('nft', 'list', 'table', 'inet', 'lab').includes('packets 1 '));
    });
  });

  for (const damage of [
    'flush ruleset',
    'flush table inet ghostgate',
    'flush set inet ghostgate open4',
  ]) {
    test(`lockdown: written again it is whole after ${damage}`, async (t) => {
      await withWire(t, async ({ enforcer, line, pbx }) => {
        await enforcer.lockdown?.(LOCKED);
        run([...pbx.inside, 'nft', ...damage.split(' ')]);
        await enforcer.lockdown?.(LOCKED);
        await enforcer.present();
        await enforcer.lockdown?.(LOCKED);
        assert.equal((await enforcer.locked?.())?.inForce, true);
        line.send(SCANNER, SIP, 'shut out');
        await reaches(line, TRUNK, SIP);
        assert.ok(!line.arrived.includes('shut out'));
      });
    });
  }
});

test('lockdown: refuses what is no address before nft reads it', async () => {
  const enforcer = nftables({ table: 'ghostgate', sipPorts: [SIP] }, { command: ['/nowhere/nft'] });
  for (const bad of [{ open: ['1.2.3.4 }; flush ruleset'] }, { registered: ['sip.example'] }]) {
    await assert.rejects(
      async () => await enforcer.lockdown?.({ ...LOCKED, ...bad }),
      (error) => error instanceof EnforceError && error.message.includes('not an address'),
    );
  }
  await enforcer.close();
});

/** Sends one datagram to a SIP port. */
const SEND = `
const [to, text] = process.argv.slice(1);
const socket = require('node:dgram').createSocket(to.includes(':') ? 'udp6' : 'udp4');
socket.send(text, 5060, to, () => socket.close());`;

interface Scene {
  readonly enforcer: Enforcer;
  readonly line: Wire;
  readonly pbx: Namespace;
  readonly outside: Namespace;
  readonly later: (ms: number) => void;
}

async function withWire(t: TestContext, check: (scene: Scene) => Promise<void>): Promise<void> {
  const pbx = namespace('nft');
  if (typeof pbx === 'string') return t.skip(pbx);
  const outside = namespace();
  if (typeof outside === 'string') return t.skip(outside);
  let ahead = 0;
  const enforcer = nftables(
    { table: 'ghostgate', sipPorts: [SIP] },
    { command: [...pbx.inside, 'nft'], now: () => Date.now() + ahead },
  );
  const addresses = [TRUNK, TRUNK6, PHONE, PHONE6, SCANNER, SCANNER6, '198.51.100.200'];
  const line = await wire(pbx, outside, addresses, [SIP, RTP]);
  try {
    await enforcer.open();
    await check({ enforcer, line, pbx, outside, later: (ms) => (ahead += ms) });
  } finally {
    line.close();
    await enforcer.close();
    pbx.remove();
    outside.remove();
  }
}

let texts = 0;
async function reaches(line: Wire, from: string, port: number): Promise<void> {
  const text = `${from} to ${port}, ${++texts}`;
  line.send(from, port, text);
  await eventually(() => line.arrived.includes(text));
}
