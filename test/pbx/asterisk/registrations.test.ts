import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Registration, SipEvent } from '../../../src/event/sip-event.ts';
import { openSession } from '../../../src/pbx/asterisk/session.ts';
import { type Registrations, trackRegistrations } from '../../../src/pbx/asterisk/registrations.ts';
import { upkeepOf } from '../../../src/pbx/asterisk/upkeep.ts';
import { type FakeAmi, type Row, startAmiServer } from '../../fake/ami-server.ts';

interface Desk {
  readonly ami: FakeAmi;
  readonly registrations: Registrations;
  readonly events: SipEvent[];
  readonly published: (readonly Registration[])[];
  /** Resolves with the next set that is published, once its events are told too. */
  readonly next: () => Promise<readonly Registration[]>;
  /** Milliseconds that the tracker takes for the time. */
  readonly clock: { now: number };
}

async function withDesk(test: (desk: Desk) => Promise<void>, refreshMs = 60_000): Promise<void> {
  const ami = await startAmiServer();
  const policy = { host: '127.0.0.1', port: ami.port, username: 'ghostgate', secret: 'secret' };
  const session = await openSession({
    policy: { ...policy, tls: false, allowClearTextOverNetwork: false, channelToken: undefined },
    purpose: 'upkeep',
    events: 'off',
    filters: [],
    on: {
      event: () => undefined,
      refused: () => upkeep.refused(),
      closed: () => undefined,
    },
  });
  const upkeep = upkeepOf(() => session);
  const events: SipEvent[] = [];
  const published: (readonly Registration[])[] = [];
  const clock = { now: 1_795_420_000_000 };
  let tell: ((live: readonly Registration[]) => void) | undefined;
  const registrations = trackRegistrations({
    pbx: 'lab',
    upkeep,
    memory: { live: new Map() },
    listener: {
      event: (event) => events.push(event),
      registrations(_, live) {
        published.push(live);
        const told = tell;
        setImmediate(() => told?.(live));
      },
    },
    now: () => clock.now,
    refreshMs,
    pauseMs: 5,
  });
  const next = () =>
    new Promise<readonly Registration[]>((resolve) => {
      tell = resolve;
    });
  try {
    await test({ ami, registrations, events, published, next, clock });
  } finally {
    registrations.stop();
    session.close();
    await session.closed;
    await ami.stop();
  }
}

const contact = (account: string, address: string): Row => ({
  ObjectType: 'contact',
  ObjectName: `${account};@85fe531868245a0c8ade852f83bf1248`,
  Endpoint: account,
  Uri: `sip:${account}@${address}:33220`,
  UserAgent: 'GoodPhone/1.0',
});
const kinds = (events: readonly SipEvent[]) =>
  events.map((event) => `${event.kind} ${event.account} ${event.source.address} ${event.proof}`);

describe('trackRegistrations', () => {
  it('publishes what both channel drivers hold', async () => {
    await withDesk(async ({ ami, registrations, published, events }) => {
      ami.contacts = [contact('6002', '198.18.13.1')];
      const peer = { ObjectName: '7002', IPaddress: '198.18.13.2', Dynamic: 'yes' };
      ami.sipPeers = [peer, { ...peer, ObjectName: 'trunk', Dynamic: 'no' }];
      await registrations.refresh();
      assert.deepEqual(published, [
        [
          { account: '6002', address: '198.18.13.1', userAgent: 'GoodPhone/1.0' },
          { account: '7002', address: '198.18.13.2' },
        ],
      ]);
      // Who was there before us is no news.
      assert.deepEqual(events, []);
    });
  });

  it('publishes an empty set when chan_pjsip says so in its own way', async () => {
    await withDesk(async ({ registrations, published }) => {
      await registrations.refresh();
      assert.deepEqual(published, [[]]);
    });
  });

  it('keeps what it has when the PBX will not tell', async () => {
    await withDesk(async ({ ami, registrations, published }) => {
      ami.answers.set('PJSIPShowContacts', () => ({
        Response: 'Error',
        Message: 'Permission denied',
      }));
      await assert.rejects(registrations.refresh(), { name: 'AmiError' });
      assert.deepEqual(published, []);
    });
  });

  it('confirms a hint, and tells who is gone', async () => {
    await withDesk(async ({ ami, registrations, events, next }) => {
      await registrations.refresh();
      ami.contacts = [contact('6002', '198.18.13.1')];
      registrations.hint({ account: '6002', address: '198.18.13.1' });
      await next();
      assert.deepEqual(kinds(events), ['registered 6002 198.18.13.1 proven']);
      assert.equal(events[0]?.userAgent, 'GoodPhone/1.0');
      ami.contacts = [];
      await registrations.refresh();
      assert.deepEqual(kinds(events.slice(1)), ['unregistered 6002 198.18.13.1 proven']);
    });
  });

  it('trusts nobody for a forged SuccessfulAuth', async () => {
    await withDesk(async ({ ami, registrations, events, published, next }) => {
      ami.contacts = [contact('6002', '198.18.13.1')];
      await registrations.refresh();
      registrations.hint({ account: '6002', address: '198.18.11.60' });
      registrations.hint({ account: '6003', address: '198.18.13.1' });
      assert.deepEqual(await next(), published[0]);
      assert.deepEqual(events, []);
    });
  });

  it('asks once for many hints, and not at all for what is known', async () => {
    await withDesk(async ({ ami, registrations, next }) => {
      ami.contacts = [contact('6002', '198.18.13.1')];
      await registrations.refresh();
      const asked = () =>
        ami.actions.filter(({ headers }) => headers.get('Action') === 'PJSIPShowContacts').length;
      for (let n = 0; n < 5000; n++)
        registrations.hint({ account: '6002', address: '198.18.13.1' });
      assert.equal(asked(), 1);
      for (let n = 0; n < 5000; n++)
        registrations.hint({ account: `x${n}`, address: '198.18.11.1' });
      await next();
      assert.equal(asked(), 2);
    });
  });

  it('asks by itself from time to time', async () => {
    await withDesk(async ({ ami, registrations, next }) => {
      await registrations.refresh();
      ami.contacts = [contact('6002', '198.18.13.1')];
      assert.equal((await next()).length, 1);
    }, 5);
  });

  it('knows which endpoints are challenged, those configured since included', async () => {
    await withDesk(async ({ ami, registrations, clock }) => {
      ami.endpoints = [{ ObjectName: '6002', Auths: '6002' }];
      await registrations.refresh();
      assert.equal(await registrations.mustAuthenticate('PJSIP', '6002'), true);
      ami.endpoints = [{ ObjectName: 'trunk', Auths: '' }];
      clock.now += 10;
      assert.equal(await registrations.mustAuthenticate('PJSIP', 'trunk'), false);
      assert.equal(await registrations.mustAuthenticate('PJSIP', 'nobody'), undefined);
    });
  });

  it('asks chan_sip about a peer, and remembers', async () => {
    await withDesk(async ({ ami, registrations }) => {
      ami.sipPeers = [
        { ObjectName: '7002', SecretExist: 'Y', 'SIP-AuthInsecure': 'no' },
        { ObjectName: 'trunk', SecretExist: 'Y', 'SIP-AuthInsecure': 'port,invite' },
      ];
      assert.equal(await registrations.mustAuthenticate('SIP', '7002'), true);
      assert.equal(await registrations.mustAuthenticate('SIP', 'trunk'), false);
      assert.equal(await registrations.mustAuthenticate('SIP', 'nobody'), undefined);
      ami.sipPeers = [];
      assert.equal(await registrations.mustAuthenticate('SIP', '7002'), true);
    });
  });
});
