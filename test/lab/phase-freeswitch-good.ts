import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { ACCOUNT_PASSWORD, EXTERNAL, INTERNAL } from './freeswitch.ts';
import { from, logged, type FreeswitchScene } from './freeswitch-scene.ts';
import { OFFICE, PBX, TRUNK, TRUNK_NEW } from './net.ts';
import { findings } from './phase-doctor.ts';
import { run, start } from './process.ts';

/** Answered by vanilla's dialplan with a call to 1000 (dialplan/public/00_inbound_did.xml). */
const DID = '5551212';

/** A phone registers, the carrier calls it, it calls out: all of it passes, and is known for what it is. */
export async function honestFreeswitch(scene: FreeswitchScene): Promise<void> {
  await registers(scene);
  await carrierCalls(scene);
  await carrierMoves(scene);
  await phoneCalls(scene);
  await leaves(scene);
}

async function registers(scene: FreeswitchScene): Promise<void> {
  const { undo, net, told, folder, daemon } = scene;
  start(undo, 'sipp', ['-i', OFFICE, '-p', '5070', '-nostdin', '-sf', scenario('phone-answer')], {
    netns: net.office,
    cwd: folder,
    log: join(folder, 'phone-answer.log'),
  });
  const users = join(folder, 'phones.csv');
  const digest = `[authentication username=1000 password=${ACCOUNT_PASSWORD}]`;
  writeFileSync(users, `SEQUENTIAL\n1000;${digest}\n`);
  const { code } = await run(
    'sipp',
    [`${PBX}:${INTERNAL}`, ...at(OFFICE, 5071), ...once('phone-register'), '-inf', users],
    { netns: net.office, cwd: folder },
  );
  told.check('a phone registers', code === 0, `sipp ended with ${code}`);
  const line = await logged(scene, ({ event }) => event === 'registered', 5000);
  const seen = `${line?.source} ${line?.account} ${line?.proof}`;
  told.check('it is known as registered', seen === `${OFFICE} 1000 proven`, seen);
  const words = await daemon.command('explain', OFFICE);
  told.check('explain says so', words.includes('account 1000 is registered'), words.split('\n')[0]);
}

async function carrierCalls(scene: FreeswitchScene): Promise<void> {
  const { net, told, folder } = scene;
  const { code } = await run(
    'sipp',
    [`${PBX}:${EXTERNAL}`, '-s', DID, ...at(TRUNK, 5060), ...once('trunk-call')],
    { netns: net.trunk, cwd: folder },
  );
  told.check('the carrier calls, the phone answers', code === 0, `sipp ended with ${code}`);
  const line = await logged(scene, (one) => one.event === 'call' && one.source === TRUNK);
  const seen = `${line?.verdict} ${line?.calledNumber} ${line?.context}`;
  told.check('the call is judged as the trunk’s', seen === `pass ${DID} external/public`, seen);
}

/** A gateway stands in no policy, beside vanilla's example.com, which is nobody's; and the carrier dials its number from an address nobody named. */
async function carrierMoves(scene: FreeswitchScene): Promise<void> {
  const { net, told, daemon } = scene;
  const learned = (await findings(daemon)).filter(({ check }) => check === 'trunks');
  const lines = learned.flatMap(({ fix }) => fix?.lines ?? []);
  const proposed = lines.filter((each) => each.includes('sources:')).join();
  told.check(
    'doctor: a gateway that is not in the policy comes with its lines',
    proposed === '    sources: [sip.lab-carrier.example]',
    proposed,
  );
  const call = { method: 'INVITE', user: '4202220099', called: DID } as const;
  await from(scene, TRUNK_NEW, { ...call, userAgent: 'Carrier/2.0' }, net.trunk);
  const judged = await logged(scene, (one) => one.event === 'call' && one.source === TRUNK_NEW);
  told.check('drift: the call is a stranger’s', judged?.verdict === 'reject', judged?.why);
  const words = `may also send from ${TRUNK_NEW}`;
  const line = await logged(scene, ({ notice = '' }) => notice.includes(words));
  told.check('drift: the operator is told of the new address', line !== undefined, line?.notice);
}

async function phoneCalls(scene: FreeswitchScene): Promise<void> {
  const { net, told } = scene;
  const call = { method: 'INVITE', user: '1000', called: '1001', port: INTERNAL } as const;
  const { codes } = await from(
    scene,
    OFFICE,
    { ...call, passwords: [ACCOUNT_PASSWORD], userAgent: 'GoodPhone/1.0' },
    net.office,
  );
  const line = await logged(scene, (one) => one.event === 'call' && one.source === OFFICE);
  const seen = `${line?.verdict} ${line?.account} ${line?.proof}`;
  told.check(
    'a phone calls with its password',
    seen === 'pass 1000 proven',
    `${seen} ${codes.join()}`,
  );
}

async function leaves(scene: FreeswitchScene): Promise<void> {
  const { net, told } = scene;
  const register = { method: 'REGISTER', user: '1002', port: INTERNAL } as const;
  const phone = { ...register, passwords: [ACCOUNT_PASSWORD], userAgent: 'GoodPhone/1.0' };
  await from(scene, OFFICE, { ...phone, expires: 60 }, net.office);
  const line = (event: string) =>
    logged(scene, (one) => one.event === event && one.account === '1002', 5000);
  await line('registered');
  await from(scene, OFFICE, { ...phone, expires: 0 }, net.office);
  const gone = await line('unregistered');
  told.check('a phone that leaves is told', gone !== undefined, JSON.stringify(gone));
}

function at(address: string, port: number): string[] {
  return ['-i', address, '-p', String(port)];
}

function once(name: string): string[] {
  return ['-nostdin', '-m', '1', '-timeout', '15', '-sf', scenario(name)];
}

function scenario(name: string): string {
  return fromRoot('test', 'lab', 'sipp', `${name}.xml`);
}
