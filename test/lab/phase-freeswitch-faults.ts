import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from './daemon.ts';
import { logged, type FreeswitchScene } from './freeswitch-scene.ts';
import { scanner } from './net.ts';
import { eventually } from './process.ts';

/** What happens to servers: modules reloaded, a password changed, the whole of it killed. */
export async function freeswitchFaults(scene: FreeswitchScene): Promise<void> {
  await sofiaReloaded(scene);
  await passwordChanged(scene);
  await hung(scene);
  await shutDown(scene);
  await killed(scene);
  const { told, daemon } = scene;
  const { code, pbxs } = await daemon.status();
  const seen = code === 0 ? undefined : JSON.stringify(pbxs);
  told.check('status: all is well again', code === 0, seen);
}

async function sofiaReloaded(scene: FreeswitchScene): Promise<void> {
  const { told, freeswitch } = scene;
  // With a call up it says no: "Module mod_sofia is in use".
  await freeswitch.cli('hupall');
  await eventually(5000, async () =>
    (await freeswitch.cli('show channels count')).startsWith('0 total') ? true : undefined,
  );
  const since = Date.now();
  await freeswitch.cli('reload mod_sofia');
  const said = await link(scene, since, ({ problem }) => problem?.includes('mod_sofia') === true);
  told.check('mod_sofia reloaded: said', said !== undefined, said?.problem);
  const back = await link(scene, since, ({ state }) => state === 'up');
  told.check('mod_sofia reloaded: well again', back !== undefined, `${back?.restarts} restarts`);
}

/** Reloads the event socket twice: with a password that is not the policy's, and with it again. */
async function passwordChanged(scene: FreeswitchScene): Promise<void> {
  const { told, freeswitch, password } = scene;
  const file = join(freeswitch.conf, 'autoload_configs', 'event_socket.conf.xml');
  const text = readFileSync(file, 'utf8');
  const since = Date.now();
  writeFileSync(file, text.replace(password, 'another'));
  await freeswitch.cli('reload mod_event_socket');
  freeswitch.passwordIs('another');
  const lost = await link(scene, since, ({ state }) => state === 'connecting');
  told.check('mod_event_socket reloaded: said', lost?.problem?.includes('goodbye') === true);
  const refused = await link(scene, since, ({ state }) => state === 'refused');
  const words = refused?.problem;
  told.check('a wrong password is said', words?.includes('event_socket.conf.xml') === true, words);
  writeFileSync(file, text);
  const again = Date.now();
  await freeswitch.cli('reload mod_event_socket');
  freeswitch.passwordIs(password);
  const up = await link(scene, again, ({ state }) => state === 'up', 15_000);
  told.check('the right password again: attached', up !== undefined, up?.lastLoss?.why);
}

/** Connected and silent: nothing but silence tells of it. */
async function hung(scene: FreeswitchScene): Promise<void> {
  const { told, freeswitch } = scene;
  const since = Date.now();
  freeswitch.signal('SIGSTOP');
  const lost = await link(scene, since, ({ state }) => state === 'connecting', 20_000);
  freeswitch.signal('SIGCONT');
  const words = lost?.problem;
  told.check('FreeSWITCH hangs: said', words?.includes('nothing read') === true, words);
  const up = await link(scene, since, ({ state }) => state === 'up', 20_000);
  told.check('it goes on: attached again', up !== undefined, up?.lastLoss?.why);
}

async function shutDown(scene: FreeswitchScene): Promise<void> {
  const { told, freeswitch } = scene;
  const since = Date.now();
  await freeswitch.restart('SIGTERM');
  const lost = await link(scene, since, ({ state }) => state === 'connecting');
  const words = lost?.problem;
  told.check('FreeSWITCH shuts down: said', words?.includes('was shut down') === true, words);
  const up = await link(scene, since, ({ state }) => state === 'up');
  told.check('it starts again: attached again', up !== undefined, up?.lastLoss?.why);
}

async function killed(scene: FreeswitchScene): Promise<void> {
  const { told, freeswitch } = scene;
  const since = Date.now();
  const eslAt = await freeswitch.restart('SIGKILL');
  const lost = await link(scene, since, ({ state }) => state === 'connecting');
  told.check('FreeSWITCH killed: said', lost?.problem !== undefined, lost?.problem);
  const up = await link(scene, since, ({ state }) => state === 'up', 5000);
  const afterMs = Date.parse(up?.time ?? '') - eslAt;
  told.check('attached again within a second of its return', afterMs <= 1000, `${afterMs} ms`);
  const why = up?.lastLoss?.why;
  told.check('and it is known to have been restarted', why?.includes('restarted') === true, why);
  const denies = async (address: string) =>
    (await freeswitch.cli(`acl ${address} ghostgate`)) === 'false';
  told.check('its list still denies who is banned', await denies(scanner(8)));
  told.check('and nobody else', !(await denies(scanner(240))));
}

/** The first line about the link since then that fits. */
function link(
  scene: FreeswitchScene,
  since: number,
  fits: (line: LogLine) => boolean,
  ms = 5000,
): Promise<LogLine | undefined> {
  return logged(
    scene,
    (line) => line.event === 'link' && Date.parse(line.time ?? '') >= since && fits(line),
    ms,
  );
}
