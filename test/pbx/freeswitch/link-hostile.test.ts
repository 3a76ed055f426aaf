import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capture, type Lab, recorded, up, withLab } from './link-harness.ts';

const GHOST = recorded('ghost-invite-external', 'CHANNEL_CREATE');
const UUID = GHOST['Unique-ID'] ?? '';

describe('hostile bytes over a link', () => {
  it('crash nothing and command nothing: every capture in one stream', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      for (const name of [
        'malformed-ua-external',
        'malformed-from-external',
        'malformed-dest-external',
        'malformed-invite-internal',
        'malformed-register-internal',
        'injection-log-from-user',
        'injection-info-body',
      ]) {
        lab.esl.play(capture(name));
      }
      await lab.until(() => lab.calls().length === 27);
      assert.equal(lab.pbx.status().state, 'up');
      assert.equal(lab.pbx.status().counters.refusedFrames, 0);
      const before = lab.esl.commands.length;
      for (const call of lab.calls()) await lab.pbx.reject(call);
      for (const { line } of lab.esl.commands.slice(before)) {
        assert.match(line, /^api uuid_kill [0-9a-f-]{36} CALL_REJECTED$/);
      }
    });
  });

  it('are refused where they forge what decides, and told', async () => {
    const json = JSON.stringify(GHOST);
    const forged = [
      `${json.slice(0, -1)},"Caller-Network-Addr":"198.18.2.1"}`,
      JSON.stringify({ ...GHOST, 'Caller-Network-Addr': '198.18.2.1' }),
      JSON.stringify({ ...GHOST, 'Unique-ID': `${UUID}\n\napi shutdown` }),
    ];
    await withLab({}, async (lab) => {
      await up(lab);
      for (const one of forged) for (const session of lab.esl.sessions) sendEvent(session, one);
      await lab.until(() => lab.injections.length === forged.length);
      assert.deepEqual(lab.events, []);
      assert.equal(lab.pbx.status().counters.refusedFrames, forged.length);
      assert.equal(lab.pbx.status().counters.unknownSources, 2);
      for (const { excerpt } of lab.injections) assert.doesNotMatch(excerpt, /\n/);
    });
  });
});

function sendEvent(session: Lab['esl']['sessions'][number], json: string): void {
  if (session.subscription.names.size === 0) return;
  const length = Buffer.byteLength(json);
  session.send(`Content-Length: ${length}\nContent-Type: text/event-json\n\n${json}`);
}
