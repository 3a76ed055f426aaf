import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commandNames, commandWords } from '../../src/cli/command-words.ts';
import { manPage } from '../../src/cli/man-page.ts';
import { readManual } from '../../src/cli/manual.ts';
import { fromBuild } from '../lab/daemon.ts';

const HELP = `ghostgate frob [FILE…] --for KIND
               [--json] on | off

Frobs it. It's KIND that counts.
KIND is one of a (first), b.

  on   begins, over
       two lines
  off  ends

Options:
  -p, --policy FILE  the policy
      --over FILE another one
      --json         for scripts

Examples:
  ghostgate frob x | jq '.y'

Exit codes: 0 done`;

test('a help is taken apart', () => {
  const { synopsis, parts } = readManual(HELP);
  assert.equal(synopsis, 'ghostgate frob [FILE…] --for KIND [--json] on | off');
  assert.deepEqual(
    parts.map(({ kind }) => kind),
    ['text', 'terms', 'terms', 'verbatim', 'text'],
  );
  const words = commandWords('frob', 'frobs', HELP);
  assert.deepEqual(words.words, ['on', 'off']);
  assert.equal(words.files, true);
  assert.deepEqual(
    words.flags.map(({ flag, value }) => [flag, value]),
    [
      ['--policy', 'file'],
      ['--over', 'file'],
      ['--json', 'none'],
      ['--for', ['a', 'b']],
      ['--help', 'none'],
    ],
  );
});

test('the manual page prints words as they are', () => {
  const page = manPage('x\n\nAbout.\n\nCommands:\n  frob  frobs it', [['frob', HELP]], {
    version: '1.2',
    date: '2026-01-31',
  });
  assert.match(page, /^\.TH GHOSTGATE 8 "2026-01-31" "ghostgate 1\.2"/);
  assert.match(page, /^\.B \\-\\-over FILE\nanother one$/m);
  assert.match(page, /^ghostgate frob x \| jq \\\(aq\.y\\\(aq$/m);
  assert.doesNotMatch(page, /^'/m);
});

const main = fromBuild('src', 'main.js');
const ghostgate = (...args: string[]): string =>
  execFileSync(process.execPath, [main, ...args], { encoding: 'utf8' });

test('every command is in the manual page and in each completion', (t) => {
  const names = commandNames(ghostgate('help')).map(({ name }) => name);
  assert.ok(names.includes('init') && names.includes('man') && names.length > 15);
  const page = ghostgate('man');
  for (const name of names.filter((each) => each !== 'version'))
    assert.match(page, new RegExp(`^\\.SS ${name}$`, 'm'), name);
  for (const [shell, syntax] of [
    ['bash', ['bash', '-n']],
    ['zsh', ['zsh', '-n']],
    ['fish', ['fish', '--no-execute']],
  ] as const) {
    const script = ghostgate('completion', shell);
    for (const name of names) assert.ok(script.includes(name), `${shell}: ${name}`);
    assert.ok(script.includes('confirm-within') && script.includes('freeswitch'), shell);
    const [program, ...args] = syntax;
    try {
      execFileSync(program, args, { input: script });
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isAbsent) throw error;
      t.diagnostic(`${program} is not here`);
    }
  }
});

test('bash completes commands, options, values and files', () => {
  const rows: [string[], string][] = [
    [['ghostgate', 'lo'], 'lockdown'],
    [['ghostgate', 'lockdown', 'con'], 'confirm'],
    [['ghostgate', 'install', 'freep'], 'freepbx'],
    [['ghostgate', 'firewall', '--for', 'rou'], 'routeros'],
    [['ghostgate', 'doctor', '--can'], '--canary'],
    [['ghostgate', 'check', '/etc/host'], '/etc/host'],
  ];
  const script = ghostgate('completion', 'bash');
  for (const [words, want] of rows) {
    const list = words.map((word) => `'${word}'`).join(' ');
    const ask = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _ghostgate; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const told = execFileSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' });
    assert.ok(told.includes(want), `${words.join(' ')}: ${told}`);
  }
});
