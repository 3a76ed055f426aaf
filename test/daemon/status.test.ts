import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusReport } from '../../src/daemon/status.ts';
import { newCounters } from '../../src/pbx/keep-up.ts';
import type { PbxStatus } from '../../src/pbx/pbx.ts';
import { problems } from '../../src/web/health.ts';
import { policyOf, START } from '../judge/fixture.ts';
import { fakeControl } from '../web/fake-control.ts';

const UP: PbxStatus = {
  name: 'acme',
  kind: 'freeswitch',
  state: 'up',
  since: START,
  counters: newCounters(),
};

for (const { when, links, wrong } of [
  { when: 'no link is opened yet, as at the start', links: [], wrong: ['PBX acme is connecting'] },
  { when: 'its link is up', links: [UP], wrong: [] },
  {
    when: 'a link of a PBX no longer named is closing',
    links: [UP, { ...UP, name: 'old' }],
    wrong: [],
  },
]) {
  test(`what status finds wrong while ${when}`, () => {
    const report = reportWith(links);
    assert.deepEqual(problems(report), wrong);
    assert.deepEqual(
      report.pbxs.map(({ name, kind }) => [name, kind]),
      [['acme', 'freeswitch']],
    );
  });
}

function reportWith(links: PbxStatus[]) {
  const freeswitch = {
    host: '127.0.0.1',
    port: 8021,
    password: 'x',
    allowClearTextOverNetwork: false,
  };
  const policy = { ...policyOf(), pbxs: [{ name: 'acme', freeswitch }] };
  return statusReport({
    version: '0.0.0',
    startedAt: START,
    policy: () => policy,
    policyState: () => ({ path: '/policy.yaml', loadedAt: START }),
    keeper: () => ({ status: () => [] }),
    links: { status: () => links },
    gate: { status: () => [] },
    ledger: { size: 0, quarantines: 0 },
    standings: { size: 0 },
    store: { droppedRows: 0 },
    journal: { dropped: 0 },
    counts: {
      verdicts: { pass: 0, watch: 0, reject: 0, ban: 0 },
      calls: { judged: 0, good: 0, rejected: 0, rangBeforeRejected: 0 },
      injections: 0,
      lost: 0,
      lastEventAt: undefined,
    },
    shutter: { breaker: { refused: 0, overBudget: 0 } },
    lockdown: { report: () => ({ state: 'off', inForce: false, droppedPackets: 0 }) },
    feeds: { control: { ...fakeControl().feeds, view: () => ({ feeds: [], geo: [] }) } },
    notices: { list: () => [] },
    trunks: { addresses: new Map(), problems: new Map() },
  });
}
