import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { test as command } from '../../src/cli/test.ts';
import { recorder } from '../cli/recorder.ts';
import { fromRoot } from '../root.ts';
import { tempFolder } from '../store/temp.ts';

const POLICY =
  'site: t\npbxs:\n  - { name: p, asterisk: { username: x, secret: { env: NO_SUCH } } }\n';

test('the tests of the sample policy hold', async () => {
  const out = recorder();
  assert.equal(await command([fromRoot('policy.sample.test.yaml')], out), 0, out.written.err);
  assert.match(out.written.out, /5 ok, 0 failed\n$/);
});

test('what came out otherwise is told event by event, with the why', async (t) => {
  const { file, run } = folder(t);
  writeFileSync(
    file,
    `cases:
  - name: wrong
    events:
      - { kind: call, from: 198.51.100.66, calling: '100', called: '201' }
      - { kind: challenged, from: 198.51.100.67, account: '201' }
    expect:
      - { answer: pass, rule: trunk, why: carrier, quarantine: false, jail: 1h, shut_out: false }
      - { answer: pass, rule: none }
  - name: right
    events: [{ kind: challenged, from: '2001:db8::7' }]
    expect: [{ target: '2001:db8::/64' }]
`,
  );
  const out = await run();
  assert.equal(out.exit, 1);
  for (const told of [
    /FAILED {2}wrong/,
    /event 1, answer: expected pass, got ban/,
    /event 1, rule: expected trunk, got junk-caller-id/,
    /event 1, quarantine: expected false, got true/,
    /event 1, jail: expected 1h, got 10m/,
    /event 1, shut_out: expected false, got true/,
    /ok {6}right/,
    /1 ok, 1 failed/,
  ]) {
    assert.match(out.written.out, told);
  }
  assert.doesNotMatch(out.written.out, /event 2/);
});

test('mistakes in a test are told with their place, all at once, and are no failure of the policy', async (t) => {
  const { file, run } = folder(t);
  writeFileSync(
    file,
    `cases:
  - name: bad
    events:
      - { kind: cal, from: 198.51.100.66, acount: '1' }
      - { kind: challenged, from: sip.example.com, after: 5 minutes, injected: true }
    expect:
      - { answer: pass }
`,
  );
  const out = await run();
  assert.equal(out.exit, 3);
  for (const told of [
    /policy\.test\.yaml:4:17 cases\[0\]\.events\[0\]\.kind/,
    /policy\.test\.yaml:4:43 cases\[0\]\.events\[0\]\.acount: unknown key \(hint: did you mean account\?\)/,
    /policy\.test\.yaml:5:35 cases\[0\]\.events\[1\]\.from: not an address: "sip\.example\.com"/,
    /events\[1\]\.after: not a time: "5 minutes"/,
  ]) {
    assert.match(out.written.err, told);
  }
});

function folder(t: Parameters<typeof tempFolder>[0]) {
  const place = tempFolder(t);
  const file = join(place, 'policy.test.yaml');
  writeFileSync(join(place, 'policy.yaml'), POLICY);
  return {
    file,
    run: async () => {
      const out = recorder();
      const exit = await command([file], out);
      return { exit, written: out.written };
    },
  };
}
