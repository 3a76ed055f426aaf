import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEslServer } from '../fake/esl-server.ts';
import { recorded } from '../pbx/freeswitch/link-harness.ts';
import { openScene } from './scene.ts';

const GHOST = recorded('ghost-invite-external', 'CHANNEL_CREATE');
const GHOST_SOURCE = '198.18.1.20';
const SOFIA =
  '<configuration name="sofia.conf"><profiles><profile name="external"><settings><param name="auth-calls" value="false"/></settings></profile></profiles></configuration>';

test('one daemon guards an Asterisk and a FreeSWITCH: from the first event to kill and ACL file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-both-'));
  const file = join(folder, 'ghostgate.acl.xml');
  const freeswitch = await startEslServer();
  t.after(async () => {
    await freeswitch.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  // What FreeSWITCH would hold after it has read the include again.
  freeswitch.answers.set('xml_locate configuration configuration name acl.conf', () => {
    const lists = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return `<configuration name="acl.conf"><network-lists>${lists.replaceAll(/<\/?include>/g, '')}</network-lists></configuration>`;
  });
  freeswitch.answers.set('xml_locate configuration configuration name sofia.conf', SOFIA);

  const scene = await openScene(
    t,
    `mode: enforce\nenforce:\n  - freeswitch-acl: { file: ${file} }`,
    `  - name: fs1\n    freeswitch: { port: ${freeswitch.port}, password: { env: TEST_SECRET } }`,
  );
  await scene.logged((line) => line['pbx'] === 'fs1' && line['state'] === 'up');
  freeswitch.emit({ ...GHOST, 'Caller-Caller-ID-Number': '100' });

  const judged = await scene.logged((line) => line['verdict'] === 'ban');
  assert.deepEqual(
    [judged['pbx'], judged['source'], judged['rule']],
    ['fs1', GHOST_SOURCE, 'junk-caller-id'],
  );
  const killed = await freeswitch.seen('api uuid_kill');
  assert.equal(killed.line, `api uuid_kill ${GHOST['Unique-ID']} CALL_REJECTED`);
  await scene.logged((line) => line['event'] === 'ban' && line['target'] === GHOST_SOURCE);
  await scene.logged(() => existsSync(file) && readFileSync(file, 'utf8').includes(GHOST_SOURCE));
  assert.match(readFileSync(file, 'utf8'), /<node type="deny" cidr="198\.18\.1\.20\/32"\/>/);
  await freeswitch.seen('api reloadacl');
  assert.equal(scene.pbx.sessions.length > 0, true);
});
