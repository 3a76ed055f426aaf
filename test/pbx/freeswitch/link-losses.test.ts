import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Lab, recorded, up, withLab } from './link-harness.ts';

const GHOST = recorded('ghost-invite-external', 'CHANNEL_CREATE');
const SOFIA = { type: 'endpoint', name: 'sofia' };

/** The end of a call from outside that began now and of which nothing was told. */
function stranger(at: number, changes: Readonly<Record<string, string | undefined>> = {}) {
  return recorded('ghost-invite-external', 'CHANNEL_HANGUP_COMPLETE', {
    'Unique-ID': `7f4de4bc-17d7-41dd-b7a0-${at.toString(16).padStart(12, '0')}`,
    'Caller-Channel-Created-Time': String((Date.now() + 1) * 1000),
    ...changes,
  });
}

describe('freeswitchLink: how a connection ended', () => {
  const ends: [string, (lab: Lab) => unknown, RegExp, number][] = [
    ['is killed', ({ esl }) => esl.drop(), /reset.* FreeSWITCH itself had gone on running\.$/i, 0],
    [
      'reloads mod_event_socket',
      ({ esl }) => esl.sessions.map((session) => session.goodbye()),
      /said goodbye: .*mod_event_socket was reloaded\.$/s,
      1,
    ],
    [
      'shuts down and starts again',
      async (lab) => {
        const { esl } = lab;
        esl.emit({ 'Event-Name': 'SHUTDOWN', 'Event-Info': 'System Shutting Down' });
        esl.emit({ 'Event-Name': 'MODULE_UNLOAD', ...SOFIA });
        // It ends a second later.
        esl.emit(GHOST);
        await lab.until(() => lab.calls().length === 1);
        esl.core = '27a70938-b64c-4d34-b074-dbcf000fd8d3';
        for (const session of esl.sessions) session.goodbye();
      },
      /^FreeSWITCH was shut down\. .* FreeSWITCH had been restarted\.$/,
      1,
    ],
    [
      'ends without a word and starts again',
      ({ esl }) => {
        esl.core = '27a70938-b64c-4d34-b074-dbcf000fd8d3';
        for (const session of esl.sessions) session.end();
      },
      /without a farewell\. .*killed.* FreeSWITCH had been restarted\.$/,
      1,
    ],
    ['cuts us off', ({ esl }) => esl.cutOff(), /cut us off.*reading too slowly.*500 events/, 0],
  ];
  for (const [what, end, why, restarts] of ends) {
    it(`tells it when FreeSWITCH ${what}`, async () => {
      await withLab({}, async (lab) => {
        await up(lab);
        assert.equal(lab.pbx.status().lastLoss, undefined);
        await end(lab);
        await lab.until(() => lab.states.some(({ state }) => state === 'connecting'));
        const down = lab.states.find(({ state }) => state === 'connecting');
        assert.equal(down?.problem, down?.lastLoss?.why);
        await up(lab);
        const { lastLoss, counters } = lab.pbx.status();
        assert.match(lastLoss?.why ?? '', why);
        assert.equal(counters.restarts, restarts);
        assert.equal(counters.lostEvents, what === 'cuts us off' ? 501 : 0);
        assert.equal(counters.refusedFrames, 0);
      });
    });
  }

  it('survives its own stall: all that came is told, the loss is told, and it is back', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      // Nothing is read between the first of these and the cut.
      lab.esl.overflow(recorded('svcrack-register', 'sofia::pre_register'), 20_000);
      await lab.until(() => lab.states.some(({ state }) => state === 'connecting'));
      await up(lab);
      const { lastLoss, counters } = lab.pbx.status();
      assert.match(lastLoss?.why ?? '', /cut us off \(events\)/);
      assert.deepEqual([counters.lostEvents, counters.refusedFrames], [501, 0]);
      assert.equal(lab.events.length, 20_000);
      lab.esl.emit(GHOST);
      await lab.until(() => lab.calls().length === 1);
    });
  });
});

describe('freeswitchLink: mod_sofia', () => {
  it('tells of a reload, then asks at once who is registered', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const before = lab.registrations.length;
      lab.esl.emit({ 'Event-Name': 'MODULE_UNLOAD', type: 'api', name: 'sofia' });
      lab.esl.emit({ 'Event-Name': 'MODULE_UNLOAD', ...SOFIA });
      await lab.until(() => lab.pbx.status().state === 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /mod_sofia is not loaded.*load mod_sofia/);
      lab.esl.emit({ 'Event-Name': 'MODULE_LOAD', ...SOFIA });
      await up(lab);
      await lab.until(() => lab.registrations.length > before);
      assert.equal(lab.pbx.status().counters.restarts, 1);
    });
  });

  it('says that it is missing from the first moment', async () => {
    await withLab({ prepare: ({ modules }) => modules.clear() }, async (lab) => {
      await lab.until(() => lab.pbx.status().state === 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /mod_sofia is not loaded/);
    });
  });
});

describe('freeswitchLink: lost events', () => {
  it('are seen by the end of a call that had no beginning', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.esl.emit(stranger(1));
      await lab.until(() => lab.pbx.status().state === 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /loses events.*nftables/);
      lab.esl.emit(stranger(2));
      lab.esl.emit(GHOST);
      await lab.until(() => lab.calls().length === 1);
      assert.equal(lab.pbx.status().counters.lostEvents, 2);
      // A flood of them is one line of the log.
      assert.equal(lab.states.filter(({ state }) => state === 'degraded').length, 1);
    });
  });

  it('are none where FreeSWITCH tells no beginning', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const told = [
        { 'Caller-Channel-Created-Time': '1795419000000000' },
        { 'Caller-Channel-Created-Time': 'soon' },
        { 'Call-Direction': 'outbound' },
        { 'Caller-Source': 'mod_loopback' },
        // Never got past a challenge or an ACL, or was refused by us at its beginning.
        { 'Caller-Network-Addr': undefined },
        { 'Caller-Network-Addr': '198.18.2.1' },
        { 'Hangup-Cause': 'MANDATORY_IE_MISSING' },
      ];
      for (const [at, changes] of told.entries()) lab.esl.emit(stranger(at, changes));
      lab.esl.emit(GHOST);
      await lab.until(() => lab.calls().length === 1);
      assert.equal(lab.pbx.status().counters.lostEvents, 0);
      assert.equal(lab.pbx.status().state, 'up');
    });
  });
});
