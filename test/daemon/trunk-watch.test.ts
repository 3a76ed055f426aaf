import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { createTrunkWatch } from '../../src/daemon/trunk-watch.ts';
import { createStanding } from '../../src/judge/standing.ts';
import type { TrunkProposal } from '../../src/pbx/trunks.ts';
import type { TrunkPolicy } from '../../src/policy/policy-trunks.ts';
import { PBX } from '../cli/doctor/facts.ts';
import { call, policyOf, START, trunk, worldOf } from '../judge/fixture.ts';

const HOST = 'sip.carrier.example';
const NAMED: TrunkPolicy = { ...trunk(), hosts: [HOST] };

function open(context: TestContext) {
  const notices = new Map<string, string>();
  const pbx = { told: [] as TrunkProposal[], asked: 0, faulty: false };
  const scene = { dns: new Map([[HOST, ['203.0.113.40']]]), trunks: [NAMED], notices, pbx };
  const watch = createTrunkWatch({
    policy: () => ({ ...policyOf(), pbxs: [PBX], trunks: scene.trunks }),
    world: () => worldOf(),
    addressesByHost: () => scene.dns,
    notices: {
      tell: (text, about = text) => notices.set(about, text),
      settle: (about) => notices.delete(about),
    },
    async learn() {
      pbx.asked++;
      if (pbx.faulty) throw new Error('away');
      return pbx.told;
    },
    firstMs: 1,
  });
  context.after(() => watch.close());
  watch.changed();
  return { ...scene, scene, watch };
}

function told(sources: string[]): TrunkProposal {
  return { name: 'gn-in', endpoint: 'gn-in', sources, why: 'identify' };
}

test('a PBX that comes up is asked; what it has more is told, and settled when it is listed', async (context) => {
  const { watch, scene, notices, pbx } = open(context);
  pbx.told = [told(['203.0.113.5', '203.0.113.77'])];
  watch.link({ name: 'acme', state: 'up' });
  await setTimeout(20);
  assert.deepEqual(
    [...notices],
    [
      [
        'trunk acme gn-in',
        "acme has a trunk gn-in at 203.0.113.77 (identify), not in your list: calls from there are a stranger's; ghostgate doctor shows the lines to add",
      ],
    ],
  );
  scene.trunks = [{ ...NAMED, networks: ['203.0.113.0/24'] }];
  watch.changed();
  await setTimeout(20);
  assert.equal(notices.size, 0);
});

test('what the PBX calls a trunk is known from its configuration, before any call', async (context) => {
  const { watch, notices, pbx } = open(context);
  pbx.told = [told(['203.0.113.5'])];
  const stranger = call({ from: '198.51.100.77', endpoint: 'gn-in' });
  watch.judged(stranger, createStanding('198.51.100.77', START));
  assert.equal(notices.size, 0);
  watch.link({ name: 'acme', state: 'up' });
  await setTimeout(20);
  watch.judged(stranger, createStanding('198.51.100.77', START));
  assert.match(
    notices.get('drift 198.51.100.77') ?? '',
    /^trunk gntel now also sends from 198\.51\.100\.77, seen 1 time, /,
  );
});

test('a PBX that is away tells nothing, and is left alone once its link is gone', async (context) => {
  const { watch, notices, pbx } = open(context);
  pbx.faulty = true;
  watch.link({ name: 'acme', state: 'degraded' });
  await setTimeout(20);
  watch.link({ name: 'acme', state: 'connecting' });
  watch.changed();
  await setTimeout(20);
  assert.deepEqual([pbx.asked, notices.size], [1, 0]);
});

test('DNS that names more is told; its first answer is not', (context) => {
  const { watch, scene, notices } = open(context);
  watch.changed();
  assert.equal(notices.size, 0);
  scene.dns = new Map([[HOST, ['203.0.113.40', '198.51.100.41']]]);
  watch.changed();
  assert.match(
    notices.get(`dns ${HOST}`) ?? '',
    /^trunk gntel now also sends from 198\.51\.100\.41: DNS says so of sip\.carrier\.example; /,
  );
});
