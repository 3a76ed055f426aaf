import { OFFICE, PBX, TRUNK, office, scanner } from './net.ts';
import { eachOf, eventually } from './process.ts';
import type { Scene } from './scene.ts';
import { sip } from './sip.ts';

/** Somebody who has only just sent a packet, and stands under no protection at all. */
const VISITOR = office(4);
const FAR_AWAY = '8.8.8.8';

interface Forgery {
  readonly name: string;
  readonly from: string;
  readonly method: 'INVITE' | 'REGISTER';
  /** From user before its percent-encoding. */
  readonly user: string;
}

/** One packet each makes stock Asterisk print forged events (facts: AMI event injection). */
const FORGERIES: readonly Forgery[] = [
  {
    name: 'InvalidPassword naming the trunk',
    from: scanner(60),
    method: 'INVITE',
    user: event('InvalidPassword', TRUNK),
  },
  {
    name: 'InvalidPassword naming a visitor',
    from: scanner(61),
    method: 'INVITE',
    user: event('InvalidPassword', VISITOR),
  },
  {
    name: 'Event: rawevent',
    from: scanner(62),
    method: 'INVITE',
    user: '\r\n\r\nEvent: rawevent\r\n\r\nA:',
  },
  {
    name: 'SuccessfulAuth naming the attacker',
    from: scanner(63),
    method: 'INVITE',
    user: event('SuccessfulAuth', scanner(63)),
  },
  {
    name: 'line ends without CR',
    from: scanner(64),
    method: 'INVITE',
    user: event('InvalidPassword', VISITOR).replaceAll('\r', ''),
  },
  {
    name: 'a second RemoteAddress in a genuine event',
    from: scanner(65),
    method: 'REGISTER',
    user: `\r\nRemoteAddress: IPV4/UDP/${FAR_AWAY}/1`,
  },
  {
    name: 'a whole InvalidPassword by REGISTER',
    from: scanner(66),
    method: 'REGISTER',
    user: wholeEvent(VISITOR),
  },
];

/** As many as the rule for wrong passwords needs, were they believed. */
const TIMES = 12;

export async function forge(scene: Scene): Promise<void> {
  const { net, variant, told, daemon } = scene;
  const to = { host: PBX, port: variant.port };
  await sip(net.office, { ...to, method: 'OPTIONS', from: VISITOR, user: 'visitor' });
  await eachOf(FORGERIES, 3, ({ from, method, user }) => {
    // chan_sip takes the account of a REGISTER from To, chan_pjsip from From: both carry it.
    const called = method === 'INVITE' ? '6001' : encoded(user);
    const task = { ...to, method, from, user: encoded(user), called };
    return sip(net.scanners, { ...task, userAgent: 'Z 5.4.12', count: TIMES, waitMs: 150 });
  });

  const status = await daemon.status();
  const up = status.pbxs.every(({ state }) => state === 'up');
  told.check('forgeries: the daemon still works', up, JSON.stringify(status.pbxs));
  const bans = await daemon.bans();
  for (const victim of [TRUNK, OFFICE, VISITOR, FAR_AWAY]) {
    const ban = bans.find(({ target }) => target === victim);
    told.check(`forgeries: ${victim} not shut out`, ban === undefined, JSON.stringify(ban));
    const line = daemon
      .log()
      .find(({ source, verdict }) => source === victim && verdict === 'reject');
    told.check(`forgeries: ${victim} not rejected`, line === undefined, JSON.stringify(line));
  }
  await trustedNobody(scene);
  await reported(scene);
}

async function trustedNobody({ net, variant, told, daemon }: Scene): Promise<void> {
  const attacker = scanner(63);
  const story: { known?: string } = JSON.parse(await daemon.command('explain', attacker, '--json'));
  told.check('forged SuccessfulAuth: nobody trusted', story.known === undefined, story.known);
  if (!variant.guests) return;
  const call = { host: PBX, port: variant.port, from: attacker, user: '4930901829' };
  const { codes } = await sip(net.scanners, { ...call, method: 'INVITE', called: '6001' });
  const refused = codes.every((code) => code === 403 || code === 0);
  told.check('forged SuccessfulAuth: the call after it is refused', refused, codes.join(' '));
}

async function reported({ variant, told, daemon }: Scene): Promise<void> {
  const { injections } = await daemon.status();
  told.check('forgeries: reported as injection attempts', injections > 0, String(injections));
  const lines = () => daemon.log().filter(({ event: kind }) => kind === 'injection');
  const victim = lines().find(({ source }) =>
    [TRUNK, OFFICE, VISITOR, FAR_AWAY].includes(source ?? ''),
  );
  told.check(
    'forgeries: no victim is named as their source',
    victim === undefined,
    JSON.stringify(victim),
  );
  if (!variant.guests) return;
  // A call has a channel, and the PBX can be asked who is behind it.
  for (const { name, from } of FORGERIES.filter(({ method }) => method === 'INVITE')) {
    const told0 = await eventually(1000, () => lines().find(({ source }) => source === from));
    told.check(
      `${name}: its true source is reported`,
      told0 !== undefined,
      told0?.value.why ?? 'nothing',
    );
  }
}

/** As long as chan_pjsip lets through: 79 characters. */
function event(name: string, address: string): string {
  return `\r\n\r\nEvent: ${name}\r\nRemoteAddress: IPV4/UDP/${address}/5060\r\n\r\nA:`;
}

/** With all its keys: chan_sip prints it whole. */
function wholeEvent(address: string): string {
  const keys = {
    Privilege: 'security,all',
    EventTV: new Date().toISOString(),
    Severity: 'Error',
    Service: 'SIP',
    EventVersion: '2',
    AccountID: '6001',
    SessionID: '0x7f0000000001',
    LocalAddress: `IPV4/UDP/${PBX}/5062`,
    RemoteAddress: `IPV4/UDP/${address}/5060`,
    Challenge: '1',
    ReceivedChallenge: '1',
    ReceivedHash: '1',
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `\r\n\r\nEvent: InvalidPassword\r\n${lines.join('\r\n')}\r\n\r\nA:`;
}

function encoded(text: string): string {
  return text.replace(/[^A-Za-z0-9.]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
