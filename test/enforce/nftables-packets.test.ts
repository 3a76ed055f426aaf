import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test, type TestContext } from 'node:test';
import type { Enforcer } from '../../src/enforce/enforcer.ts';
import { nftables } from '../../src/enforce/nftables.ts';
import { ban, eventually } from './contract.ts';
import { namespace, type Namespace } from './namespace.ts';
import { wire, type Wire } from './wire.ts';

const SCANNER = '198.51.100.1';
const CARRIER = '198.51.100.2';
const SCANNER6 = '2001:db8:1:2::7';
const CARRIER6 = '2001:db8:1:3::7';
const SIP = 5060;
const RTP = 10_000;

void describe('nftables: packets', { concurrency: 3 }, () => {
  test('nftables: a flow that runs already stops with the ban, the others go on', async (t) => {
    await withWire(t, async ({ enforcer, line }) => {
      for (const [banned, free, target] of [
        [SCANNER, CARRIER, SCANNER],
        [SCANNER6, CARRIER6, '2001:db8:1:2::/64'],
        ['2001:db8:5::1', CARRIER6, '2001:db8:4::/46'],
        ['198.51.100.200', CARRIER, '198.51.100.192/26'],
      ] as const) {
        for (const port of [SIP, RTP]) await reaches(line, banned, port);
        await enforcer.ban([ban(target)]);
        for (const port of [SIP, RTP]) line.send(banned, port, `late from ${banned}`);
        // The wire keeps the order: when this has come, those before it were dropped.
        await reaches(line, free, RTP);
        line.send(banned, SIP, `late from ${banned}`);
        await reaches(line, free, SIP);
        assert.ok(!line.arrived.includes(`late from ${banned}`), target);
        await enforcer.release([target]);
        await reaches(line, banned, RTP);
      }
    });
  });

  test('nftables: saw tells who really sent to the SIP ports', async (t) => {
    await withWire(t, async ({ enforcer, line, later }) => {
      const saw = async (address: string) => enforcer.saw?.(address);
      assert.equal(await saw('203.0.113.50'), undefined, 'too early to say no');
      later(3_000);
      await reaches(line, SCANNER, SIP);
      await reaches(line, SCANNER6, SIP);
      await reaches(line, CARRIER, RTP);
      line.send('198.51.100.200', SIP, '', 'tcp');
      await eventually(async () => (await saw('198.51.100.200')) === true);
      for (const [address, answer] of [
        [SCANNER, true],
        [SCANNER6, true],
        [CARRIER, false],
        [CARRIER6, false],
        ['203.0.113.50', false],
        ['2001:db8:1:2::8', false],
        ['not an address', undefined],
      ] as const) {
        // Asked twice at once and again: the question must not use the answer up.
        const answers = await Promise.all([saw(address), saw(address)]);
        assert.deepEqual([...answers, await saw(address)], [answer, answer, answer], address);
      }
      later(61_000);
      assert.equal(await saw(SCANNER), false, 'an old packet vouches for no new event');
      await reaches(line, SCANNER, SIP);
      assert.equal(await saw(SCANNER), true);
    });
  });

  test('nftables: saw says nothing when the memory is full or the table gone', async (t) => {
    await withWire(t, async ({ enforcer, line, later, pbx }) => {
      later(3_000);
      assert.equal(await enforcer.saw?.('203.0.113.50'), false);
      const some = Array.from({ length: 65_536 }, (_, at) => `10.9.${at >> 8}.${at & 255}`);
      nft(pbx, `add element inet ghostgate seen4 { ${some.join(', ')} }`);
      await reaches(line, SCANNER, SIP);
      assert.equal(await enforcer.saw?.('203.0.113.50'), undefined);
      assert.equal(await enforcer.saw?.('10.9.0.1'), true);
      assert.equal(await enforcer.saw?.(CARRIER6), false);
      nft(pbx, 'flush ruleset');
      assert.equal(await enforcer.saw?.(CARRIER6), undefined);
    });
  });
});

interface Scene {
  readonly enforcer: Enforcer;
  readonly line: Wire;
  readonly pbx: Namespace;
  /** Moves the enforcer's clock on. */
  readonly later: (ms: number) => void;
}

async function withWire(t: TestContext, check: (scene: Scene) => Promise<void>): Promise<void> {
  const pbx = namespace('nft');
  if (typeof pbx === 'string') return t.skip(pbx);
  const stranger = namespace();
  if (typeof stranger === 'string') return t.skip(stranger);
  let ahead = 0;
  const enforcer = nftables(
    { table: 'ghostgate', sipPorts: [SIP] },
    { command: [...pbx.inside, 'nft'], now: () => Date.now() + ahead },
  );
  const addresses = [SCANNER, CARRIER, SCANNER6, CARRIER6, '198.51.100.200', '2001:db8:5::1'];
  const line = await wire(pbx, stranger, addresses, [SIP, RTP]);
  try {
    await enforcer.open();
    await check({ enforcer, line, pbx, later: (ms) => (ahead += ms) });
  } finally {
    line.close();
    await enforcer.close();
    pbx.remove();
    stranger.remove();
  }
}

let texts = 0;
async function reaches(line: Wire, from: string, port: number): Promise<void> {
  const text = `${from} to ${port}, ${++texts}`;
  line.send(from, port, text);
  await eventually(() => line.arrived.includes(text));
}

function nft(where: Namespace, input: string): void {
  execFileSync('nsenter', [...where.inside.slice(1), 'nft', '-f', '-'], { input });
}
