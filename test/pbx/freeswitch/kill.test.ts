import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kill } from '../../../src/pbx/freeswitch/kill.ts';

const UUID = 'db93fc56-db98-44df-95db-5fe7c16375af';

function session(answer: string | Error) {
  const commands: string[] = [];
  return {
    commands,
    api(command: string) {
      commands.push(command);
      return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
    },
  };
}

describe('kill', () => {
  const answers: [string | Error, string][] = [
    ['+OK\n', 'rejected'],
    ['-ERR No such channel!\n', 'gone'],
    ['-USAGE: <uuid> [cause]\n', 'failed'],
    ['', 'failed'],
    [new Error('closed'), 'failed'],
  ];
  for (const [answer, outcome] of answers) {
    it(`is ${outcome} when the PBX says ${JSON.stringify(String(answer).trim())}`, async () => {
      const counters = { failedRejects: 0 };
      const asked = session(answer);
      assert.equal(await kill(asked, UUID, 'CALL_REJECTED', counters), outcome);
      assert.deepEqual(asked.commands, [`uuid_kill ${UUID} CALL_REJECTED`]);
      assert.equal(counters.failedRejects, outcome === 'rejected' ? 0 : 1);
    });
  }

  it('makes no other command, whatever the channel and the cause say', async () => {
    const words: [string, string][] = [
      [`${UUID}\n\napi shutdown`, 'CALL_REJECTED'],
      [`${UUID} `, 'CALL_REJECTED'],
      [` ${UUID}`, 'CALL_REJECTED'],
      ['all', 'CALL_REJECTED'],
      ['', 'CALL_REJECTED'],
      [`${UUID}${UUID}`, 'CALL_REJECTED'],
      [UUID, 'CALL_REJECTED\n\napi shutdown'],
      [UUID, 'call_rejected'],
      [UUID, '21'],
      [UUID, ''],
    ];
    for (const [channel, cause] of words) {
      const asked = session('+OK\n');
      assert.equal(await kill(asked, channel, cause, { failedRejects: 0 }), 'failed');
      assert.deepEqual(asked.commands, []);
    }
  });

  it('fails without a connection', async () => {
    assert.equal(await kill(undefined, UUID, 'CALL_REJECTED', { failedRejects: 0 }), 'failed');
  });
});
