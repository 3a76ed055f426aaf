import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { watchOnScreen } from '../../src/cli/watch-live.ts';
import { createTeller } from '../../src/cli/watch-lines.ts';
import { frame } from '../../src/cli/watch-screen.ts';
import { watch } from '../../src/cli/watch.ts';
import { widthOf } from '../../src/cli/text.ts';
import type { LiveEvent } from '../../src/web/live-event.ts';
import { serveControl } from '../../src/web/socket.ts';
import { aRow } from '../store/rows.ts';
import { tempFolder, until } from '../store/temp.ts';
import { NOW, aBan, aReport, aTroubledReport, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

type Listener = (event: LiveEvent) => void;

/** A control whose followers are told by hand. */
function told() {
  const followers = new Set<Listener>();
  const control = fakeControl({
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
  });
  const tell = (event: LiveEvent): void => followers.forEach((follower) => follower(event));
  return { control, followers, tell };
}

const HOSTILE = '\u001B[2J\u0007\u009B31m\u202Eevil\nsecond line';
const ROW = aRow({ pbx: 'acme', event: 'call', verdict: 'reject', callingNumber: HOSTILE });

test('elsewhere than on a terminal, each happening is a line', async (t) => {
  const rows: [args: string[], wanted: RegExp, count: number][] = [
    [
      [],
      / reject +acme +\S+ .*\n.* ban +acme +203\.0\.113\.9 is shut out for .*\n.* released +- /,
      3,
    ],
    [
      ['--only', 'ban,released'],
      /^\S+ \S+ ban .*\n.* released +- +203\.0\.113\.9 is let in again$/,
      2,
    ],
    [['--pbx', 'acme', '--only', 'ban'], / ban /, 1],
    [['--json', '--only', 'reject'], /^\{"at":\d+,"sort":"reject","kind":"verdict",.*\}$/, 1],
  ];
  for (const [args, wanted, count] of rows) {
    const { control, followers, tell } = told();
    const path = `${tempFolder(t)}/s`;
    const server = await serveControl(path, control);
    const out = recorder();
    const done = watch([...args, '--socket', path], out, false);
    await until('it follows', () => followers.size === 1);
    tell({ kind: 'verdicts', verdicts: [ROW], skipped: 0 });
    tell({ kind: 'ban', ban: aBan() });
    tell({ kind: 'released', target: '203.0.113.9' });
    await until('all is told', () => out.written.out.split('\n').length > count);
    await server.close();
    assert.equal(await done, 3, args.join(' '));
    assert.match(out.written.err, /no daemon|ended|aborted|reset/);
    assert.match(out.written.out.trim(), wanted);
    assert.equal(out.written.out.trim().split('\n').length, count);
    // oxlint-disable-next-line no-control-regex -- That is what it is about.
    assert.doesNotMatch(out.written.out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

test('what cannot be watched is told with its exit code', async (t) => {
  const socket = await served(t, fakeControl());
  const rows: [args: string[], exit: number, wanted: RegExp][] = [
    [
      ['--only', 'bans'],
      2,
      /--only takes pass, watch, .*, not "bans"\nTry: ghostgate watch --help/,
    ],
    [['--pbx', 'nosuch'], 2, /the policy has no PBX "nosuch"/],
    [['--socket', '/nowhere/s'], 3, /no daemon is running on \/nowhere\/s\nTry: /],
  ];
  for (const [args, exit, wanted] of rows) {
    const out = recorder();
    assert.equal(await watch(['--socket', socket, ...args], out, false), exit);
    assert.match(out.written.err, wanted);
  }
});

test('a notice and a problem are told when they are new', () => {
  const tell = createTeller({});
  const status = (notices: string[], problems: string[]) =>
    tell({ kind: 'status', status: { ...aReport({ notices }), problems } }, NOW);
  assert.deepEqual(status(['old'], []), []);
  assert.deepEqual(
    status(['new', 'old'], ['PBX acme is closed']).map(({ sort, text }) => [sort, text]),
    [
      ['notice', 'new'],
      ['problem', 'PBX acme is closed'],
    ],
  );
  assert.deepEqual(status(['new', 'old'], []), []);
});

test('the screen fits whatever its size, troubles and texts are', () => {
  const tell = createTeller({});
  const verdicts = Array.from({ length: 60 }, () => ({ ...ROW, callingNumber: '漢字'.repeat(40) }));
  const happenings = tell({ kind: 'verdicts', verdicts, skipped: 7 }, NOW);
  const status = { ...aTroubledReport(), problems: ['a', 'b', 'c', 'PBX '.repeat(50)] };
  for (const columns of [40, 80, 81, 200]) {
    for (const rows of [1, 5, 24, 60]) {
      for (const watched of [
        { happenings, isPaused: false },
        { happenings, isPaused: true, status, history: fakeControl().history(24) },
        { happenings, isPaused: false, status, lost: 'no daemon is running' },
      ]) {
        const lines = frame(watched, { columns, rows }, { pbx: 'acme' }, {}, NOW);
        assert.equal(lines.length, rows);
        for (const line of lines) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
      }
    }
  }
});

test('a terminal is taken over, drawn upon, and given back', async (t) => {
  const { control, followers, tell } = told();
  const socket = await served(t, control);
  const written: string[] = [];
  const raw: boolean[] = [];
  const terminal = Object.assign(new EventEmitter(), {
    columns: 80,
    rows: 24,
    write: (text: string) => written.push(text) > 0,
  });
  const keyboard = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => raw.push(isRaw),
    resume: () => {},
    pause: () => {},
  });
  const done = watchOnScreen(socket, {}, recorder(), terminal as never, keyboard as never);
  await until('it follows', () => followers.size === 1);
  tell({ kind: 'verdicts', verdicts: [ROW], skipped: 0 });
  await until('it is drawn', () => written.join('').includes('reject'));
  await until('its health too', () => written.join('').includes('All is well.'));
  terminal.columns = 60;
  const before = written.length;
  terminal.emit('resize');
  await until('it is drawn anew', () => written.slice(before).join('').includes('\u001B[2J'));
  keyboard.emit('data', Buffer.from('q'));
  assert.equal(await done, 0);
  assert.deepEqual(raw, [true, false]);
  assert.match(written[0] ?? '', /\?1049h/);
  assert.match(written.at(-1) ?? '', /\?25h.*\?1049l$/);
  const wrong = recorder();
  const filter = { pbx: 'nosuch' };
  assert.equal(await watchOnScreen(socket, filter, wrong, terminal as never, keyboard as never), 2);
  assert.match(wrong.written.err, /the policy has no PBX "nosuch"/);
  // Nothing of what a stranger chose is a sequence of the terminal.
  for (const bad of ['\u0007', '\u009B', '\u202E']) assert.ok(!written.join('').includes(bad));
});
