import { readFileSync } from 'node:fs';
import { genuineEvents, headerOf } from '../fake/ami-event.ts';
import { fromRoot } from '../root.ts';

/** One thing that happens to the demo's PBX: a capture, and whom it is played as. */
export interface Scene {
  readonly words: string;
  readonly capture: string;
  readonly from: (turn: number) => string;
  readonly userAgent?: string;
}

export const TRUNK = '198.51.100.7';
export const OFFICE = '192.0.2.21';
const scanner = (turn: number): string => `203.0.113.${1 + ((turn * 37) % 250)}`;
const cracker = (): string => '203.0.113.66';

/** Attacks as they were captured from a real Asterisk 22, mixed with good calls. */
export const SCENES: readonly Scene[] = [
  {
    words: 'a customer calls through the carrier',
    capture: '22-pjsip-trunk-call-answered',
    from: () => TRUNK,
    userAgent: 'CarrierSBC/7',
  },
  {
    words: 'ghost call: caller ID 100',
    capture: '22-pjsip-ghost-from-100',
    from: scanner,
    userAgent: 'friendly-scanner',
  },
  {
    words: 'a phone of the office calls out',
    capture: '22-pjsip-invite-auth-ok',
    from: () => OFFICE,
    userAgent: 'Yealink T46',
  },
  {
    words: 'svcrack guesses passwords',
    capture: '22-pjsip-svcrack-unknown-noanon',
    from: cracker,
  },
  {
    words: 'svwar looks for accounts',
    capture: '22-pjsip-svwar-register-noanon',
    from: scanner,
  },
  {
    words: 'toll fraud: a call to 00972…',
    capture: '22-pjsip-tollfraud-00972595301234',
    from: scanner,
    userAgent: 'pplsip',
  },
  {
    words: 'a customer calls through the carrier',
    capture: '22-pjsip-trunk-call-answered',
    from: () => TRUNK,
    userAgent: 'CarrierSBC/7',
  },
  {
    words: 'ghost call: caller ID sipvicious',
    capture: '22-pjsip-ghost-from-sipvicious',
    from: scanner,
    userAgent: 'sipcli/v1.8',
  },
  {
    words: 'an office phone has an old password',
    capture: '22-pjsip-register-wrong-noanon',
    from: () => OFFICE,
  },
  {
    words: 'an INVITE forges AMI events that name the carrier',
    capture: '22-pjsip-inject-from-full',
    from: scanner,
  },
];

const WANTED =
  /^Event: (Newchannel|DialBegin|Hangup|ChallengeSent|ChallengeResponseFailed|InvalidAccountID|InvalidPassword|FailedACL)\r\n/;

/** A scene for one turn: its addresses and channels made new, and what the PBX would answer. */
export function stage(scene: Scene, turn: number): Staged {
  const address = scene.from(turn);
  const file = fromRoot('test/captures/asterisk', `${scene.capture}.ami.txt`);
  const channels = new Map<string, Map<string, string>>();
  const events = genuineEvents(readFileSync(file, 'latin1'))
    .filter((event) => WANTED.test(event))
    .map((event) =>
      event
        .replaceAll(/198\.18\.1[123]\.\d+/g, address)
        .replaceAll(/(PJSIP\/[\w.]+-)([0-9a-f]{8})/g, (_, name: string, serial: string) => {
          const channel = `${name}${turn.toString(16).padStart(4, '0')}${serial.slice(4)}`;
          if (!channels.has(channel)) channels.set(channel, answersFor(name, address, scene, turn));
          return channel;
        }),
    );
  for (const event of events) {
    const caller = /^CallerIDNum: ([^]*?)\r\nCallerIDName: /m.exec(event)?.[1];
    const channel = headerOf(event, 'Channel');
    if (caller !== undefined) channels.get(channel ?? '')?.set('CALLERID(num)', caller);
  }
  const isCall = events.some((event) => event.startsWith('Event: DialBegin\r\n'));
  const [incoming = ''] = channels.keys();
  return isCall
    ? { text: events[0] ?? '', rest: events.slice(1).join(''), incoming, channels }
    : { text: events.join(''), rest: '', incoming, channels };
}

export interface Staged {
  /** To be played as a capture: of a call, what is told before the gate. */
  readonly text: string;
  /** What follows when the gate lets the call through: a phone rings. */
  readonly rest: string;
  /** The caller's channel; empty where there is none. */
  readonly incoming: string;
  /** Channel variables by channel. */
  readonly channels: ReadonlyMap<string, Map<string, string>>;
}

/** What the PBX would answer about a channel when asked. */
function answersFor(
  name: string,
  address: string,
  scene: Scene,
  turn: number,
): Map<string, string> {
  return new Map([
    ['CHANNEL(pjsip,remote_addr)', `${address}:${5060 + (turn % 1000)}`],
    ['UNIQUEID', `1700000000.${turn}`],
    ['CHANNEL(linkedid)', `1700000000.${turn}`],
    ['CHANNEL(endpoint)', name.slice('PJSIP/'.length, -1)],
    ['CHANNEL(pjsip,call-id)', `demo-${turn}`],
    ['PJSIP_HEADER(read,User-Agent)', scene.userAgent ?? ''],
  ]);
}
