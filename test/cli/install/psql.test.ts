import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InstallError } from '../../../src/cli/install/install-error.ts';
import { psql } from '../../../src/cli/install/psql.ts';

const DATABASE = { variables: { PGHOST: '/run/pg', PGUSER: 'fusion', PGPASSWORD: 'se cret' } };

test('psql gets values as variables, statements by its input, the password by its environment', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'gg-psql-'));
  const { PATH } = process.env;
  t.after(() => {
    process.env['PATH'] = PATH;
    rmSync(root, { recursive: true });
  });
  const fake = (...lines: string[]): void =>
    writeFileSync(join(root, 'psql'), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  process.env['PATH'] = `${root}:${PATH}`;
  process.env['GG_OTHER'] = 'x';
  t.after(() => void delete process.env['GG_OTHER']);

  fake(`printf '%s\\n' "$@" >${root}/args`, `cat >${root}/input`, `env >${root}/env`, 'echo told');
  const value = `'; DROP TABLE v_dialplans; -- $(id) "`;
  assert.equal(psql(DATABASE, "SELECT :'v';\n", { v: value }), 'told\n');
  assert.ok(read('args').includes(`--set=v=${value}\n`), 'one argument, untouched');
  assert.match(read('args'), /^--no-psqlrc\n[^]*--single-transaction\n--set=ON_ERROR_STOP=1\n/);
  assert.ok(!read('args').includes('se cret'));
  assert.match(read('input'), /^SET LOCAL statement_timeout[^]*SELECT :'v';\n$/);
  assert.match(read('env'), /^PGPASSWORD=se cret$/m);
  assert.ok(!read('env').includes('GG_OTHER'), 'nothing of ours besides');

  for (const [line, want] of [
    ['ERROR:  permission denied for table v_dialplans', /^psql: ERROR: {2}permission denied/],
    ['psql:<stdin>:2: ERROR:  division by zero', /changed just now/],
    ['a\u001b[31mb', /^psql: a.*b$/],
  ] as const) {
    fake(`cat >/dev/null; printf '%s\\n' '${line}' >&2; exit 3`);
    assert.throws(
      () => psql(DATABASE, '', {}),
      (error) => {
        assert.ok(error instanceof InstallError);
        assert.match(error.message, want);
        assert.ok(!error.message.includes('\u001b'));
        return error.hint !== '';
      },
    );
  }
  process.env['PATH'] = '/nonexistent';
  assert.throws(() => psql(DATABASE, '', {}), /psql cannot be run/);
});
