import type { LogLine } from './daemon.ts';
import { acceptTrunksOnly, ACCOUNT_PASSWORD, denyInDirectory, INTERNAL } from './freeswitch.ts';
import { from, logged, type FreeswitchScene } from './freeswitch-scene.ts';
import { kernelHolds } from './kernel.ts';
import { netnsOf, OFFICE, PBX, scanner, TRUNK } from './net.ts';
import { eventually, must, run } from './process.ts';
import type { Told } from './sip-client.ts';

/** An INVITE that never answers its challenge is told when FreeSWITCH gives it up. */
const GIVEN_UP_MS = 14_000;
const BANNED_WITHIN_MS = 2000;

/** What each kind of attacker does, how it has to be judged, and that it is shut out. */
export async function attackFreeswitch(scene: FreeswitchScene): Promise<void> {
  await challenged(scene);
  await unseen(scene);
  await ghost(scene);
  await guesses(scene);
  await gateAlone(scene);
}

async function challenged(scene: FreeswitchScene): Promise<void> {
  const { told } = scene;
  // A user agent that no rule knows: each of these is to show one thing.
  const plain = { userAgent: 'Z 5.4.12', port: INTERNAL } as const;
  const register = { method: 'REGISTER', user: '1003', ...plain } as const;
  await from(scene, scanner(20), register);
  await translated(scene, 'REGISTER without a password', scanner(20), 'challenged', {
    account: '1003',
    proof: 'forgeable',
    context: 'internal',
  });
  await from(scene, scanner(21), { ...register, passwords: ['wrong'] });
  await translated(scene, 'REGISTER with a wrong password', scanner(21), 'auth-failure', {
    account: '1003',
    proof: 'proven',
  });
  const call = { method: 'INVITE', user: '100', called: '00972592577956', ...plain } as const;
  await from(scene, scanner(22), { ...call, user: '1003', passwords: ['wrong'] });
  await translated(scene, 'INVITE with a wrong password', scanner(22), 'auth-failure', {
    account: '1003',
    calledNumber: '00972592577956',
    proof: 'proven',
  });
  const { codes } = await from(scene, scanner(23), call);
  told.check('INVITE to internal: challenged', codes.at(-1) === 407, codes.join());
  await translated(scene, 'INVITE to internal', scanner(23), 'challenged', {
    callingNumber: '100',
    calledNumber: '00972592577956',
  });
  await translated(scene, 'and given up unanswered', scanner(23), 'bad-request', {}, GIVEN_UP_MS);
}

/** What the README says cannot be seen, is not seen: nothing is made up of it either. */
async function unseen(scene: FreeswitchScene): Promise<void> {
  const { net, told, daemon } = scene;
  const tools: [string, string, string[]][] = [
    ['svmap', scanner(1), ['-m', 'OPTIONS', '-p', String(INTERNAL), PBX]],
    ['svwar', scanner(2), ['--force', '--maximumtime=2', '-m', 'OPTIONS', '-e', '200-210', PBX]],
  ];
  for (const [tool, address, args] of tools) {
    await run(tool, args, { netns: netnsOf(net, address), timeoutMs: 5000 });
    const lines = daemon.log().filter(({ source }) => source === address);
    told.check(`${tool} with OPTIONS: FreeSWITCH tells nothing`, lines.length === 0);
  }
  await run('svwar', ['--force', '--maximumtime=2', '-m', 'REGISTER', '-e', '200-210', PBX], {
    netns: netnsOf(net, scanner(3)),
    timeoutMs: 5000,
  });
  const line = await logged(scene, ({ source }) => source === scanner(3));
  told.check('svwar with REGISTER: a challenge each', line?.event === 'challenged', line?.event);
}

async function ghost(scene: FreeswitchScene): Promise<void> {
  const { told } = scene;
  const call = { method: 'INVITE', user: '100', called: '1000' } as const;
  const { codes } = await from(scene, scanner(8), call);
  told.check('ghost call to external: refused with 603', codes.at(-1) === 603, codes.join());
  await translated(scene, 'ghost call', scanner(8), 'call', {
    callingNumber: '100',
    calledNumber: '1000',
    context: 'external/public',
    userAgent: 'friendly-scanner',
  });
  await shutOut(scene, 'ghost call', scanner(8));
  const plain = { ...call, user: '4930901820', userAgent: 'Z 5.4.12', count: 4 };
  const many = await from(scene, scanner(9), plain);
  const refused = many.codes.every((code) => code === 603 || code === 0);
  told.check('ghost calls of a plain caller: refused', refused, many.codes.join());
  await shutOut(scene, 'ghost calls of a plain caller', scanner(9));
}

async function guesses(scene: FreeswitchScene): Promise<void> {
  const { net } = scene;
  const guess = ['--maximumtime=3', '-u', '1000', '-r', '100-140', PBX];
  await run('svcrack', guess, { netns: netnsOf(net, scanner(6)), timeoutMs: 6000 });
  await shutOut(scene, 'svcrack', scanner(6), true);
}

/** Ghostgate gone, its packet filter too: what the dialplan refuses by itself. */
async function gateAlone(scene: FreeswitchScene): Promise<void> {
  const { net, told, daemon } = scene;
  await daemon.kill();
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  const startedAt = performance.now();
  const banned = await from(scene, scanner(8), { method: 'INVITE', user: '100', called: '1000' });
  const ms = Math.round(performance.now() - startedAt);
  const seen = `${banned.codes.join()}, ${ms} ms with the start of the client`;
  told.check('the gate alone refuses who is banned', banned.codes.at(-1) === 603, seen);
  const other = { method: 'INVITE', user: '49309', called: '1000', waitMs: 1500 } as const;
  const { codes } = await from(scene, scanner(30), other);
  told.check('the gate alone lets others through', codes.at(-1) !== 603, codes.join());
  await doorsShut(scene);
  await daemon.start();
}

/** The two doors that the README leaves to choice. */
async function doorsShut(scene: FreeswitchScene): Promise<void> {
  const { net, told, freeswitch } = scene;
  const phone = { method: 'REGISTER', user: '1004', passwords: [ACCOUNT_PASSWORD] } as const;
  const register = { ...phone, port: INTERNAL };
  await denyInDirectory(freeswitch);
  const banned = await from(scene, scanner(8), register);
  told.check('auth-acl: who is banned cannot register', banned.codes.at(-1) === 403, list(banned));
  const other = await from(scene, OFFICE, register, net.office);
  told.check('auth-acl: others can', other.codes.at(-1) === 200, list(other));
  const without = await from(scene, OFFICE, { ...register, passwords: ['wrong'] }, net.office);
  told.check('auth-acl: not without the password', without.codes.at(-1) === 403, list(without));

  await acceptTrunksOnly(freeswitch);
  const call = { method: 'INVITE', user: '49309', called: '5551212' } as const;
  const stranger = await from(scene, scanner(31), call);
  told.check('trunks only: a stranger gets 403', stranger.codes.at(-1) === 403, list(stranger));
  const carrier = await from(scene, TRUNK, call, net.trunk);
  told.check('trunks only: the carrier calls', carrier.codes.at(-1) === 200, list(carrier));
}

function list({ codes }: Told): string {
  return codes.join();
}

async function translated(
  scene: FreeswitchScene,
  what: string,
  source: string,
  event: string,
  facts: Partial<LogLine>,
  ms?: number,
): Promise<void> {
  const line = await logged(scene, (one) => one.source === source && one.event === event, ms);
  const wrong = Object.entries(facts).filter(
    ([key, value]) => line?.[key as keyof LogLine] !== value,
  );
  const ok = line !== undefined && wrong.length === 0;
  scene.told.check(`${what}: told as ${event}`, ok, ok ? line.why : JSON.stringify(line));
}

async function shutOut(
  { net, told, daemon, freeswitch }: FreeswitchScene,
  what: string,
  address: string,
  proven = false,
): Promise<void> {
  const found = await eventually(BANNED_WITHIN_MS, async () =>
    (await daemon.bans()).find(({ target }) => target === address),
  );
  const ban = found?.value;
  const right = ban !== undefined && (!proven || (ban.proof === 'proven' && !ban.quarantine));
  const how = proven ? 'jailed, for it is proven' : 'shut out';
  told.check(`${what}: ${how}`, right, ban === undefined ? 'no ban' : `${ban.rule}, ${ban.proof}`);
  told.check(`${what}: dropped by nftables`, await kernelHolds(net.pbx, address));
  const denied = await eventually(2000, async () =>
    (await freeswitch.cli(`acl ${address} ghostgate`)) === 'false' ? true : undefined,
  );
  told.check(`${what}: denied by freeswitch-acl`, denied !== undefined);
}
