import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { report } from '../../src/cli/report.ts';
import type { ReportFigures } from '../../src/report/figures.ts';
import { NOW, aSource } from '../report/source.ts';
import { png } from '../report/pictures.ts';
import { tempFolder } from '../store/temp.ts';
import { fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

test('a report is made in each format, to the file or to standard output', async (t) => {
  const folder = tempFolder(t);
  const logo = join(folder, 'logo');
  writeFileSync(logo, png(6, [9, 9, 9, 9]));
  const since: number[] = [];
  const control = fakeControl({
    report: async (at) => {
      since.push(at);
      return aSource({ logo });
    },
  });
  const socket = await served(t, control);
  const file = (name: string): string => join(folder, name);
  const rows: [args: string[], made: string | undefined, wanted: RegExp][] = [
    [[], undefined, /^<!doctype html>[^]*<img src="data:image\/png;base64,[^"]+" alt="Acme IT/],
    [['--out', file('a.html'), '--last', '7d'], file('a.html'), /^<!doctype html>/],
    [['--out', file('a.pdf'), '--last', '24h'], file('a.pdf'), /^%PDF-1\.4[^]*\/SMask/],
    [['--json'], undefined, /^\{\n {2}"site": "acme-hq"/],
    [['--format', 'html', '--name', 'Other & Co'], undefined, /alt="Other &#38; Co"/],
  ];
  for (const [args, made, wanted] of rows) {
    const out = recorder();
    assert.equal(await report([...args, '--socket', socket], out, NOW), 0, out.written.err);
    const text = made === undefined ? out.written.out : readFileSync(made, 'latin1');
    assert.match(text, wanted);
    if (args[0] !== '--json') continue;
    const figures = JSON.parse(text) as ReportFigures;
    assert.deepEqual([figures.calls.stopped, figures.stretches.length], [2803, 30]);
  }
  assert.equal(since[0], new Date(2026, 2, 2).getTime());
});

test('what cannot be made is told with its exit code', async (t) => {
  const folder = tempFolder(t);
  const text = join(folder, 'logo.png');
  writeFileSync(text, '<svg/>');
  const socket = await served(t, fakeControl());
  const rows: [args: string[], exit: number, wanted: RegExp][] = [
    [['--last', '1y'], 2, /--last takes 24h, 7d, 30d, not "1y"/],
    [['--format', 'doc'], 2, /--format takes html, pdf, json, not "doc"/],
    [['--out', 'x.doc'], 2, /--format takes/],
    [['--format', 'pdf'], 2, /a PDF needs a file: add --out report\.pdf/],
    [['--logo', text], 1, /logo\.png is no PNG or JPEG\nTry: a PNG or JPEG/],
    [['--logo', '/dev/zero'], 1, /\/dev\/zero is no file/],
    [['--logo', join(folder, 'none')], 1, /cannot read the logo .*none: there is no such file/],
    [
      ['--out', join(folder, 'none', 'a.html')],
      1,
      /cannot write .*a\.html: there is no such folder/,
    ],
    [['--socket', '/nowhere/s'], 3, /no daemon is running/],
  ];
  for (const [args, exit, wanted] of rows) {
    const out = recorder();
    assert.equal(await report(['--socket', socket, ...args], out, NOW), exit, args.join(' '));
    assert.match(out.written.err, wanted);
  }
});
