import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { password } from '../../src/cli/password.ts';
import { pageSecretMistake } from '../../src/policy/schema-page.ts';
import { hashPassword, isPassword } from '../../src/web/password.ts';

test('a password is known by itself and by its line, and by nothing else', async () => {
  const line = await hashPassword('correct horse battery');
  assert.equal(pageSecretMistake(line), undefined);
  const rows: [string, string, boolean][] = [
    ['correct horse battery', line, true],
    ['correct horse', line, false],
    ['', line, false],
    [line, line, false],
    ['correct horse battery', 'correct horse battery', true],
    ['correct horse batter', 'correct horse battery', false],
    ['', 'correct horse battery', false],
  ];
  for (const [given, kept, wanted] of rows) {
    assert.equal(await isPassword(given, kept), wanted, given);
  }
  assert.notEqual(await hashPassword('correct horse battery'), line, 'each with a salt of its own');
});

test('ghostgate password makes the line, and refuses what is too weak', async () => {
  const rows: [string, number, RegExp][] = [
    ['correct horse battery\nmore\n', 0, /^scrypt:32768:8:3:[\w-]{22}:[\w-]{43}$/],
    ['short\n', 1, /shorter than 12 characters/],
    ['', 1, /shorter than 12 characters/],
    ['scrypt:1:1:1:a:b\n', 1, /a finished line already/],
  ];
  for (const [input, exit, wanted] of rows) {
    let text = '';
    const out = { out: (more: string) => (text += more), err: (more: string) => (text += more) };
    assert.equal(await password([], out, Readable.from([input])), exit, input);
    assert.match(text, wanted);
  }
});
