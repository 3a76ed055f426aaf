import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { notify } from '../../src/cli/notify.ts';
import { report } from '../../src/cli/report.ts';
import type { ReportFigures } from '../../src/report/figures.ts';
import { recorder } from '../cli/recorder.ts';
import { webReceiver } from '../notify/receivers.ts';
import { fromRoot } from '../root.ts';
import { until } from '../store/temp.ts';
import { openScene } from './scene.ts';

const GHOST = 'PJSIP/anonymous-00001faf';

test('a ghost call that rang is posted, and is in the report as one that rang', async (t) => {
  const { url, posted } = await webReceiver(t, () => ({ status: 200 }));
  process.env['NOTIFY_URL'] = url;
  const scene = await openScene(
    t,
    `mode: enforce
enforce: [observe]
report: { name: Acme IT }
notify:
  - { name: chat, webhook: { url: { env: NOTIFY_URL } }, on: [rang, ban], group: 1s }
`,
  );
  scene.pbx.channels.set(
    GHOST,
    new Map([
      ['CHANNEL(pjsip,remote_addr)', '198.18.11.31:52180'],
      ['CHANNEL(endpoint)', 'anonymous'],
    ]),
  );
  scene.pbx.play(readFileSync(fromRoot('test/captures/asterisk/22-pjsip-ghost-from-100.ami.txt')));
  await until('it is posted', () => posted.length > 0);
  const { items } = JSON.parse(posted[0]?.body ?? '') as { items: { kind: string }[] };
  assert.deepEqual(new Set(items.map(({ kind }) => kind)), new Set(['ban', 'rang']));
  assert.match(posted[0]?.body ?? '', /a phone rang on pbx1 before the ghost call was rejected/);

  const out = recorder();
  assert.equal(await notify(['test', '--socket', scene.socket], out), 0);
  assert.equal(out.written.out, 'chat: sent; it said: 200 ok\n');
  assert.equal(posted.length, 2);

  const printed = recorder();
  await report(['--last', '24h', '--json', '--socket', scene.socket], printed);
  const figures = JSON.parse(printed.written.out) as ReportFigures;
  const { stopped, rang, quiet } = figures.calls;
  assert.deepEqual([stopped, rang, quiet, figures.shutOut], [1, 1, 0, 1]);
  assert.deepEqual(figures.scanners, [{ source: '198.18.11.31', times: 1 }]);
  assert.equal(figures.name, 'Acme IT');
  // Neither the address of the webhook nor what is in it gets into the log.
  assert.doesNotMatch(JSON.stringify(scene.lines), /SECRET/);

  // With the block gone, nobody is told.
  scene.writePolicy('mode: enforce\nenforce: [observe]\n');
  scene.daemon.reload();
  await scene.logged((line) => line['msg'] === 'policy loaded');
  const after = recorder();
  await notify(['--socket', scene.socket], after);
  assert.match(after.written.out, /^The policy tells nobody/);
});
