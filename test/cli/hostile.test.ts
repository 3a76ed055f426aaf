import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ask } from '../../src/cli/client.ts';
import { bans } from '../../src/cli/bans.ts';
import { explain } from '../../src/cli/explain.ts';
import { status } from '../../src/cli/status.ts';
import { widthOf } from '../../src/cli/text.ts';
import type { Explanation } from '../../src/web/explanation.ts';
import { NOW, aBan, aReport, anExplanation, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

/** Whatever a sender could write, the beginnings of escape sequences among it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\u001b[2J', '\u001b]0;title\u0007', '\u009b31m', '\r', '\n', '\u202e', '界'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

// oxlint-disable-next-line no-control-regex -- what must not be there is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

test('no control character reaches a terminal, no line is longer than 80 columns', async (context) => {
  let text = '';
  const story = (): Explanation =>
    anExplanation({
      known: text,
      standing: [text],
      bans: [
        { ...aBan({ why: text }), ended: { how: 'released', at: NOW, by: text, because: text } },
      ],
      shutOut: { until: NOW, rule: text, why: text, quarantine: false },
      verdicts: [
        {
          seenAt: NOW,
          pbx: text,
          event: 'call',
          address: '203.0.113.9',
          port: 5060,
          transport: 'udp',
          target: '203.0.113.9',
          verdict: 'reject',
          rule: 'stranger-call',
          why: text,
          proof: 'forgeable',
          account: text,
          callingNumber: text,
          calledNumber: text,
          userAgent: text,
        },
      ],
    });
  const control = fakeControl({
    status: () =>
      aReport({
        site: 'acme',
        notices: [text],
        policy: { path: text, loadedAt: NOW, error: text },
      }),
    bans: () => [aBan({ why: text, rule: text })],
    explain: story,
  });
  const socket = await served(context, control);
  const commands = [
    (output: ReturnType<typeof recorder>) => status(['--socket', socket], output, NOW),
    (output: ReturnType<typeof recorder>) => bans(['--socket', socket], output, NOW),
    (output: ReturnType<typeof recorder>) => bans(['--json', '--socket', socket], output, NOW),
    (output: ReturnType<typeof recorder>) =>
      explain(['203.0.113.9', '--socket', socket], output, NOW),
  ];
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(...commands.keys()), async (written, which) => {
      text = written;
      const output = recorder();
      await commands[which]?.(output);
      assert.equal(output.written.err, '');
      assert.equal(CONTROL.test(output.written.out), false, JSON.stringify(output.written.out));
      if (which === 2) return;
      for (const line of output.written.out.split('\n')) assert.ok(widthOf(line) <= 80, line);
    }),
    { numRuns: 60 },
  );
});

test('long texts come whole through --json', async (context) => {
  const notices = ['x'.repeat(100_000), ''];
  const socket = await served(context, fakeControl({ status: () => aReport({ notices }) }));
  const reply = await ask<{ notices: string[] }>(socket, 'GET', '/status');
  assert.ok(reply.ok);
  assert.deepEqual(reply.body.notices, notices);
});
