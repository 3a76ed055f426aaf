import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../../src/judge/audit.ts';
import { audit } from '../../src/cli/audit.ts';
import { unban } from '../../src/cli/unban.ts';
import { NOW, fakeControl, served } from '../web/fake-control.ts';

const ENTRIES: AuditEntry[] = [
  {
    at: NOW,
    by: 'anna',
    door: 'page',
    from: '127.0.0.1',
    did: 'ban',
    target: '203.0.113.9',
    because: 'dials Cuba',
    refused: 'it belongs to trunk gntel',
  },
  { at: NOW, by: 'root', door: 'socket', did: 'unban', target: '192.0.2.1', because: 'an office' },
];

test('audit tells who did what, and what was refused', async (t) => {
  const rows: [AuditEntry[], RegExp][] = [
    [[], /^Nobody did anything yet\.$/],
    [
      ENTRIES,
      /WHEN +WHO +FROM +DID +BECAUSE\n.*anna  page 127\.0\.0\.1  ban 203\.0\.113\.9 +refused: .*\n.*root  socket +unban 192\.0\.2\.1 +an office$/,
    ],
  ];
  for (const [entries, wanted] of rows) {
    const socket = await served(t, fakeControl({ audit: () => entries }));
    let text = '';
    const out = { out: (more: string) => (text += more), err: assert.fail };
    assert.equal(await audit(['--socket', socket], out), 0);
    assert.match(text, wanted);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    text = '';
    await audit(['--json', '--socket', socket], out);
    assert.deepEqual(JSON.parse(text), { audit: entries });
  }
});

test('what the commands do is kept with the name of who asked', async (t) => {
  const control = fakeControl();
  const socket = await served(t, control);
  await unban(['203.0.113.9', '--because', 'x', '--socket', socket], {
    out: () => {},
    err: assert.fail,
  });
  const [entry] = control.trail as AuditEntry[];
  assert.deepEqual(
    { ...entry, by: '' },
    {
      door: 'socket',
      did: 'unban',
      by: '',
      target: '203.0.113.9',
      because: 'x',
    },
  );
  assert.notEqual(entry?.by, '');
});
