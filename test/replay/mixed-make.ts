// Makes the labelled mixed set, test/captures/mixed/*.jsonl, one file a class: attacks are the
// captures of real scanners, each from the address it had in the lab or, where a class has several
// captures, from one of its own; good traffic is what the captures of phones and trunks show,
// repeated as a site has it. Run it again with: node dist/test/replay/mixed-make.js
import { writeFileSync } from 'node:fs';
import type { CallEvent, PlainEvent, Registration, SipEvent } from '../../src/event/sip-event.ts';
import { source } from '../../src/event/source.ts';
import type { JournalRecord } from '../../src/judge/journal.ts';
import { fromRoot } from '../root.ts';
import { captures, CAPTURED_AT } from './capture-events.ts';

const MINUTE = 60_000;
const MOST_EVENTS = 320;
const MOST_OF_FLOOD = 560;
const LONG_ENOUGH = 90;
/** Everything happens within two hours, all at once. */
const at = (minutes: number): number => CAPTURED_AT + minutes * MINUTE;

interface Attack {
  readonly pattern: RegExp;
  /** The lab's tools often stopped after a request or two: here they go on with the same ones. */
  readonly goesOn?: true;
  /** With the next account each time. */
  readonly sweeps?: true;
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  'password-guessing': {
    pattern:
      /svcrack-register|(pjsip-register-wrong(-noanon)?|chansip-register-wrong)$|invite-auth-(fail|wrong-noanon)$/,
    goesOn: true,
  },
  'unknown-accounts': { pattern: /svcrack-unknown/, goesOn: true },
  'account-sweep': {
    pattern: /(svwar-(register|options|invite)-noanon|chansip-svwar-register(-noguest)?)$/,
    goesOn: true,
    sweeps: true,
  },
  'ghost-calls': {
    pattern:
      /^(16|22)-(pjsip|chansip)-ghost-from-[0-9a-z]+$|^ghost-invite-(external|tcp-external|internal)$/,
  },
  'scanner-agents': { pattern: /ghost-ua-[^-]+$/ },
  'toll-fraud': { pattern: /tollfraud-(external|internal)$|svmap-invite$/ },
  flood: { pattern: /flood-(register-200rps-10s|invite-external-200cps-20s)/ },
  'malformed-calls': { pattern: /^malformed-(ua|dest|from|invite)-(external|internal)$/ },
  'acl-denied': { pattern: /endpoint-acl-denied/, goesOn: true },
};

for (const [name, kind] of Object.entries(ATTACKS)) write(name, false, attack(kind));
write('office-nat', true, office());
write('outage-storm', true, outage());
write('roaming-phone', true, roaming());
write('trunk-failover', true, failover());
write('home-worker', true, homeWorker());

/** Each capture from an address of its own, spread over the two hours. */
function attack({ pattern, goesOn, sweeps }: Attack): JournalRecord[] {
  const chosen = captures().filter(({ name, events }) => pattern.test(name) && events.length > 0);
  return chosen.flatMap(({ name, pbx, events }, index) => {
    const from = `100.${64 + (hash(name) % 64)}.${hash(`${name} b`) % 256}.${1 + (hash(`${name} c`) % 254)}`;
    const startsAt = at(2 + ((index * 13) % 100));
    // Floods came at 200 a second: thinned out to 40, with which they last as long. Scanners
    // came at about ten.
    const isFlood = name.includes('flood');
    const apart = isFlood ? 25 : 100;
    const all = goesOn ? repeated(events, LONG_ENOUGH) : events;
    return all.slice(0, isFlood ? MOST_OF_FLOOD : MOST_EVENTS).map((event, step) =>
      judgeable({
        ...event,
        ...(sweeps && event.account !== undefined ? { account: String(1000 + step) } : {}),
        pbx,
        seenAt: startsAt + step * apart,
        source: { ...event.source, address: from },
      }),
    );
  });
}

function repeated(events: readonly SipEvent[], least: number): SipEvent[] {
  const times = Math.ceil(least / events.length);
  return Array.from({ length: Math.max(1, times) }, () => events).flat();
}

/** Twenty phones behind one address; one has a stale password, one a deleted account. */
function office(): JournalRecord[] {
  const site = phones('198.18.13.1', 300, 20);
  const records = site.flatMap((phone, index) =>
    every(0.2 + index * 0.1, 10, 12).flatMap((time, round) => register(phone, time, round === 0)),
  );
  const stale = { account: '350', address: '198.18.13.1' };
  for (const time of every(1, 0.5, 230)) {
    records.push(
      judgeable(plain('challenged', stale, time)),
      judgeable(plain('auth-failure', stale, time + 40)),
    );
  }
  const deleted = { account: '399', address: '198.18.13.1' };
  for (const time of every(3, 1, 110))
    records.push(judgeable(plain('unknown-account', deleted, time)));
  for (const [index, time] of every(5, 0.7, 150).entries()) {
    const phone = site[index % site.length];
    if (phone !== undefined) records.push(judgeable(call(phone, time, index % 2 === 0)));
  }
  return records;
}

/** Eight sites of fifteen phones lose the internet and come back within twenty seconds, twice. */
function outage(): JournalRecord[] {
  return Array.from({ length: 8 }, (_, site) =>
    phones(`198.18.20.${site + 1}`, 400 + site * 20, 15),
  )
    .flat()
    .flatMap((phone, index) => {
      const lag = (hash(`${phone.account} lag`) % 20_000) / MINUTE;
      const first = register(phone, at(1) + index * 50, true);
      const again = [40, 80].flatMap((minute) => [
        changed(at(minute - 5), [], [phone]),
        // A registrar that is late to answer makes phones ask twice.
        judgeable(plain('challenged', phone, at(minute + lag) - 500)),
        ...register(phone, at(minute + lag), true),
      ]);
      return [...first, ...again, judgeable(call(phone, at(41 + lag), true))];
    });
}

/** A mobile phone with a new address every ten minutes; its first answer is stale each time. */
function roaming(): JournalRecord[] {
  return every(4, 10, 11).flatMap((time, round) => {
    const phone = { account: '501', address: `198.18.30.${10 + round}` };
    return [
      judgeable(plain('challenged', phone, time - 300)),
      judgeable(plain('auth-failure', phone, time - 200)),
      ...register(phone, time, true),
      judgeable(call(phone, time + 3000, true)),
      // Before it was challenged the PBX knew no more than a number.
      judgeable(call(phone, time + 200_000, false)),
      changed(time + 9 * MINUTE, [], [phone]),
    ];
  });
}

/** The carrier calls from one address, then, as DNS tells, from another one. */
function failover(): JournalRecord[] {
  const before = '198.18.12.1';
  const after = '198.18.12.77';
  const calls = every(0.5, 0.25, 460).map((time, index): JournalRecord => {
    const address = time < at(60) ? before : after;
    const callingNumber = index % 9 === 0 ? 'anonymous' : `020${String(1_234_567 + index * 7)}`;
    return judgeable({
      ...facts({ account: '', address }, time),
      kind: 'call',
      channel: `PJSIP/trunk-${index}`,
      callingNumber,
      calledNumber: `0852${String(100_000 + index)}`,
    });
  });
  return [dns(at(0), [before]), dns(at(59), [before, after]), ...calls];
}

function dns(time: number, addresses: string[]): JournalRecord {
  return { record: 'trunks', at: time, addresses: { 'sip.carrier.example': addresses } };
}

/** Somebody at home mistypes the password three times. */
function homeWorker(): JournalRecord[] {
  const phone = { account: '601', address: '198.18.40.1' };
  const mistyped = every(10, 1, 3).flatMap((time) => [
    judgeable(plain('challenged', phone, time)),
    judgeable(plain('auth-failure', phone, time + 50)),
  ]);
  return [...mistyped, ...register(phone, at(14), true), judgeable(call(phone, at(20), true))];
}

function register(phone: Registration, time: number, isNew: boolean): JournalRecord[] {
  return [
    judgeable(plain('challenged', phone, time)),
    ...(isNew
      ? [
          changed(time + 80, [phone], []),
          judgeable(plain('registered', phone, time + 80, 'proven')),
        ]
      : []),
  ];
}

function changed(time: number, added: Registration[], gone: Registration[]): JournalRecord {
  return { record: 'registrations-changed', at: Math.round(time), pbx: 'lab', added, gone };
}

function call({ account, address }: Registration, time: number, authenticated: boolean): CallEvent {
  return {
    ...facts({ account, address }, time),
    kind: 'call',
    channel: `PJSIP/${account}-${hash(`${time}`)}`,
    callingNumber: account,
    calledNumber: `06${String(10_000_000 + (hash(`${account} ${time}`) % 89_999_999))}`,
    ...(authenticated ? { account, endpoint: account, authenticated } : {}),
  };
}

function plain(
  kind: PlainEvent['kind'],
  phone: Registration,
  time: number,
  proof: PlainEvent['proof'] = 'forgeable',
): PlainEvent {
  return { ...facts(phone, time), kind, proof, account: phone.account };
}

function facts({ address }: Registration, time: number) {
  const seenAt = Math.round(time);
  return { pbx: 'lab', seenAt, source: source(address, 5060, 'udp'), proof: 'forgeable' } as const;
}

function phones(address: string, first: number, count: number): Registration[] {
  return Array.from({ length: count }, (_, index) => ({ account: String(first + index), address }));
}

function every(from: number, step: number, times: number): number[] {
  return Array.from({ length: times }, (_, index) => at(from + index * step));
}

function judgeable(event: SipEvent): JournalRecord {
  return { record: 'event', at: event.seenAt, event };
}

/** FNV-1a: the same set every time. */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (const character of text) {
    value = Math.imul(value ^ character.charCodeAt(0), 16_777_619) >>> 0;
  }
  return value >>> 8;
}

function write(name: string, good: boolean, records: readonly JournalRecord[]): void {
  const sorted = records.toSorted((a, b) => a.at - b.at);
  const lines = sorted.map((record) => {
    const told = record.record === 'event' ? { ...record, label: { good, class: name } } : record;
    return `${JSON.stringify(told)}\n`;
  });
  writeFileSync(fromRoot('test', 'captures', 'mixed', `${name}.jsonl`), lines.join(''));
}
