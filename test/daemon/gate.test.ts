import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { unban } from '../../src/cli/unban.ts';
import type { Scene } from './scene.ts';
import { openScene, TRUNK } from './scene.ts';

const GATE = 'gate: { enabled: true }';

test('the PBX is told whom it knows, and that somebody judges', async (t) => {
  const { pbx } = await openScene(t, `mode: enforce\n${GATE}`);
  await holds(pbx, 'state/closed', (until) => until > nowSeconds() + 6 * 86_400);
  await holds(pbx, `carrier/${TRUNK}`, (until) => until > nowSeconds() + 6 * 86_400);
  await holds(pbx, 'state/alive', (until) => until > nowSeconds());
  await holds(pbx, 'state/cause', (cause) => cause === 21);
  await holds(pbx, 'junk/1000', (until) => until > nowSeconds());
  const first = valueOf(pbx, 'state/alive');
  await holds(pbx, 'state/alive', (until) => until > first);
});

test('a phone that registers goes through at once', async (t) => {
  const { pbx } = await openScene(t, `mode: enforce\n${GATE}`);
  pbx.contacts = [
    {
      ObjectName: '201;@x',
      Uri: 'sip:201@198.18.13.7:5070',
      Endpoint: '201',
      ViaAddr: '10.0.0.1',
      Status: 'NonQualified',
    },
  ];
  pbx.emit(REGISTERED);
  await holds(pbx, 'trust/198.18.13.7', (until) => until > nowSeconds());
});

test('a call that passes is marked, one that does not is hung up and never marked', async (t) => {
  const { pbx } = await openScene(t, `mode: enforce\n${GATE}`);
  call(pbx, 'PJSIP/anonymous-00000001', `${TRUNK}:5060`);
  call(pbx, 'PJSIP/anonymous-00000002', '198.18.11.9:5060');
  await pbx.seen('Setvar', (headers) => headers.get('Channel') === 'PJSIP/anonymous-00000001');
  await pbx.seen('Hangup', (headers) => headers.get('Channel') === 'PJSIP/anonymous-00000002');
  const marked = pbx.actions.filter(({ headers }) => headers.get('Action') === 'Setvar');
  assert.deepEqual(
    marked.map(({ headers }) => [
      headers.get('Channel'),
      headers.get('Variable'),
      headers.get('Value'),
    ]),
    [['PJSIP/anonymous-00000001', 'GHOSTGATE', 'pass']],
  );
});

test('in observe every call is marked, and the PBX refuses nobody alone', async (t) => {
  const { pbx } = await openScene(t, GATE);
  await holds(pbx, 'state/alive', (until) => until > nowSeconds());
  call(pbx, 'PJSIP/anonymous-00000002', '198.18.11.9:5060');
  await pbx.seen('Setvar', (headers) => headers.get('Channel') === 'PJSIP/anonymous-00000002');
  assert.equal(valueOf(pbx, 'state/closed'), 0);
});

test('a ban stands in the gate, and is gone with the unban', async (t) => {
  const scene = await openScene(t, `mode: enforce\n${GATE}`);
  const { pbx, socket } = scene;
  call(pbx, 'PJSIP/anonymous-00000002', '198.18.11.9:5060', '100');
  await scene.logged((line) => line['event'] === 'ban');
  await holds(pbx, 'ban/198.18.11.9', (until) => until > nowSeconds());
  const output = { out: () => {}, err: () => {} };
  assert.equal(await unban(['198.18.11.9', '--socket', socket], output), 0);
  assert.equal(valueOf(pbx, 'ban/198.18.11.9'), 0);
});

test('no gate in the policy any more: the PBX forgets all of it', async (t) => {
  const scene = await openScene(t, `mode: enforce\n${GATE}`);
  await holds(scene.pbx, 'state/closed', (until) => until > nowSeconds());
  scene.writePolicy('mode: enforce');
  scene.daemon.reload();
  await scene.logged((line) => line['msg'] === 'policy loaded');
  assert.deepEqual([...scene.pbx.database.keys()], []);
});

test('a PBX that restarts with an empty memory is told everything again', async (t) => {
  const { pbx } = await openScene(t, `mode: enforce\n${GATE}`);
  await holds(pbx, `carrier/${TRUNK}`, (until) => until > nowSeconds());
  pbx.database.clear();
  await pbx.restart();
  await holds(pbx, `carrier/${TRUNK}`, (until) => until > nowSeconds());
  await holds(pbx, 'state/alive', (until) => until > nowSeconds());
});

test('a stop tells the PBX to decide alone at once; trust and bans stay', async (t) => {
  const scene = await openScene(t, `mode: enforce\n${GATE}`);
  await holds(scene.pbx, 'state/closed', (until) => until > nowSeconds());
  await scene.daemon.stop();
  assert.equal(valueOf(scene.pbx, 'state/alive'), 0);
  assert.ok(valueOf(scene.pbx, `carrier/${TRUNK}`) > nowSeconds());
});

const REGISTERED = `Event: SuccessfulAuth
Privilege: security,all
EventTV: 2026-11-23T07:46:19.619+0000
Severity: Informational
Service: PJSIP
EventVersion: 1
AccountID: 201
SessionID: x
LocalAddress: IPV4/UDP/198.18.10.1/5060
RemoteAddress: IPV4/UDP/198.18.13.7/5070
UsingPassword: 1
`.replaceAll('\n', '\r\n');

function call(pbx: Scene['pbx'], channel: string, remote: string, number = '4930123'): void {
  pbx.channels.set(
    channel,
    new Map([
      ['CHANNEL(pjsip,remote_addr)', remote],
      ['CHANNEL(endpoint)', 'anonymous'],
    ]),
  );
  pbx.emit(
    `Event: Newchannel\r\nPrivilege: call,all\r\nChannel: ${channel}\r\nChannelState: 4\r\nChannelStateDesc: Ring\r\nCallerIDNum: ${number}\r\nCallerIDName: <unknown>\r\nConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: public\r\nExten: 6001\r\nPriority: 1\r\nUniqueid: 1.${channel.slice(-1)}\r\nLinkedid: 1.${channel.slice(-1)}`,
  );
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function valueOf({ database }: Scene['pbx'], key: string): number {
  return Number(database.get(`ghostgate/${key}`) ?? 0);
}

async function holds(
  pbx: Scene['pbx'],
  key: string,
  is: (value: number) => boolean,
): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (is(valueOf(pbx, key))) return;
    await setTimeout(20);
  }
  assert.fail(`${key} is ${valueOf(pbx, key)}; there is ${[...pbx.database.keys()].join(' ')}`);
}
