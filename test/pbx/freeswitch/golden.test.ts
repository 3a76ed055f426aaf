import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fromRoot } from '../../root.ts';
import { summarise, type Summary } from './golden-summary.ts';

const folder = fromRoot('test', 'captures', 'freeswitch');
const suffix = '.json.txt';
const captures = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
const golden = JSON.parse(readFileSync(`${folder}/golden-events.json`, 'utf8')) as Record<
  string,
  Summary
>;

describe('every capture of FreeSWITCH 1.11', () => {
  const found = new Map(
    captures.map((name) => [name, summarise(readFileSync(`${folder}/${name}${suffix}`))]),
  );
  const all = [...found].flatMap(([name, { events }]) => events.map((event) => ({ name, event })));

  it('has its golden events', () => {
    assert.ok(captures.length >= 35);
    assert.deepEqual(Object.keys(golden).toSorted(), captures.toSorted());
    for (const [name, { summary }] of found) assert.deepEqual(summary, golden[name], name);
  });

  it('gives the same events when every header is read: none that is needed is left out', () => {
    for (const [name, { events }] of found) {
      const whole = summarise(readFileSync(`${folder}/${name}${suffix}`), true);
      assert.deepEqual(whole.events, events, name);
    }
  });

  it('holds nothing that is refused or unread', () => {
    for (const [name, { summary }] of found) {
      for (const what of Object.keys(summary)) {
        assert.doesNotMatch(what, /^(refused|unread|skipped|broken)/, name);
      }
    }
  });

  it('names nobody but who sent the packets, whatever these said', () => {
    for (const { name, event } of all) {
      const good = /^(legit|register-ok|register-wrong-pw)/.test(name);
      const expected = good ? /^198\.18\.[23]\.1$/ : /^(198\.18\.1\.\d+|fd00:18::a:1)$/;
      assert.match(event.source.address, expected, name);
    }
  });

  it('lets no control character through', () => {
    for (const { name, event } of all) {
      // oxlint-disable-next-line no-control-regex -- finding control characters is its purpose.
      assert.doesNotMatch(Object.values(event).join(' '), /[\u0000-\u001f\u007f-\u009f]/, name);
    }
  });

  it('counts one failure for each wrong answer', () => {
    for (const name of ['svcrack-register', 'svcrack-unknown-user']) {
      const failures = found.get(name)?.events.filter(({ kind }) => kind === 'auth-failure') ?? [];
      assert.equal(failures.length, 102, name);
      for (const { proof, account } of failures) {
        assert.equal(proof, 'proven');
        assert.equal(account, name === 'svcrack-register' ? '1000' : '7777');
      }
    }
  });

  it('says of each call that rang, and of no other, that it rang', () => {
    for (const { name, event } of all) {
      if (event.kind !== 'call-ended') continue;
      assert.equal(event.rang, name === 'legit-trunk-call', name);
    }
  });
});
