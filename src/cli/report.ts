import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { isAbsent, reasonOf } from '../policy/read-file.ts';
import { reportFigures } from '../report/figures.ts';
import { reportHtml } from '../report/html.ts';
import type { Logo } from '../report/logo.ts';
import { MOST_LOGO_BYTES, readLogo } from '../report/logo.ts';
import { pdfImage } from '../report/pdf-image.ts';
import { reportPdf } from '../report/pdf.ts';
import type { Period } from '../report/period.ts';
import { PERIODS, startsOf } from '../report/period.ts';
import type { ReportSource } from '../report/source.ts';
import { reportWords } from '../report/words.ts';
import { misused, readArgs } from './args.ts';
import type { Usage } from './args.ts';
import { EXIT_NO, ask } from './client.ts';
import { fail } from './output.ts';
import type { Output } from './output.ts';

const FORMATS = ['html', 'pdf', 'json'] as const;
type Format = (typeof FORMATS)[number];

/** `ghostgate report`: one page for the customer, from what the daemon counted. */
export async function report(args: string[], out: Output, now = Date.now()): Promise<number> {
  const asked = readArgs(args, USAGE, out);
  if (typeof asked === 'number') return asked;
  const { last = '30d', out: file, name, logo: logoPath } = asked.values;
  const period = PERIODS.find((each) => each === last);
  if (period === undefined) {
    return misused(
      out,
      'report',
      `--last takes ${PERIODS.join(', ')}, not ${JSON.stringify(last)}`,
    );
  }
  const wanted = asked.json ? 'json' : (asked.values['format'] ?? /\.(\w+)$/.exec(file ?? '')?.[1]);
  const format = FORMATS.find((each) => each === (wanted ?? 'html'));
  if (format === undefined) {
    const given = JSON.stringify(wanted);
    return misused(out, 'report', `--format takes ${FORMATS.join(', ')}, not ${given}`);
  }
  if (format === 'pdf' && file === undefined) {
    return misused(out, 'report', 'a PDF needs a file: add --out report.pdf');
  }

  const starts = startsOf(period, now);
  const since = starts[0] ?? now;
  const reply = await ask<ReportSource>(asked.socket, 'GET', `/report?since=${since}`);
  if (!reply.ok) return fail(out, reply.exit, reply.error, reply.hint);
  const source = { ...reply.body, ...(name === undefined ? {} : { name }) };
  const path = logoPath ?? source.logo;
  // In figures alone there is no logo.
  const logo = path === undefined || format === 'json' ? undefined : logoFrom(path);
  if (logo !== undefined && 'mistake' in logo) return fail(out, EXIT_NO, logo.mistake, LOGO_HINT);
  const made = make(source, { period, starts, format, logo });
  if ('mistake' in made) return fail(out, EXIT_NO, `${path} ${made.mistake}`, LOGO_HINT);
  if (file === undefined) {
    out.out(made.text.toString().trimEnd());
    return 0;
  }
  try {
    writeFileSync(file, made.text);
  } catch (cause) {
    const why = isAbsent(cause) ? 'there is no such folder' : reasonOf(cause);
    return fail(out, EXIT_NO, `cannot write ${file}: ${why}`, 'name another file with --out');
  }
  out.out(`${file}: the last ${period} of ${source.site}`);
  return 0;
}

const LOGO_HINT = 'a PNG or JPEG of at most 256 kB, in report.logo of the policy or --logo';

const USAGE: Usage = {
  command: 'report',
  options: ['last', 'format', 'out', 'name', 'logo'],
  positionals: { least: 0, most: 0 },
  help: `ghostgate report [--last 24h|7d|30d] [--format html|pdf|json] [--out FILE]
                 [--name TEXT] [--logo FILE] [--socket PATH]

One page for the customer: ghost calls stopped and how many rang, who attacked,
what was dialled, notices, uptime. HTML is one file that holds all it needs; PDF
is one A4 page and needs no browser. Only what was counted is in it: what
happened while Ghostgate did not run is not. Tests by the canary are left out.

  --last    30d when left out; days are those of the calendar, today included
  --format  html when left out, or what the name of --out ends in
  --out     the file to write; HTML and JSON go to standard output without it
  --name    who gives the report; --logo their PNG or JPEG. Both take the place
            of report.name and report.logo of the policy
  --json    the same as --format json

Examples:
  ghostgate report --out report.pdf
  ghostgate report --last 7d --name "Acme IT" --logo acme.png --out week.html
  ghostgate report --last 24h --json | jq .calls.stopped

Exit codes: 0 done, 1 the daemon or the disk said no, 2 usage, 3 no daemon`,
};

function make(
  source: ReportSource,
  how: {
    readonly period: Period;
    readonly starts: readonly number[];
    readonly format: Format;
    readonly logo: Logo | undefined;
  },
): { readonly text: string | Buffer } | { readonly mistake: string } {
  const { period, format, logo } = how;
  const figures = reportFigures(source, how.starts);
  if (format === 'json') return { text: `${JSON.stringify(figures, undefined, 2)}\n` };
  const words = reportWords(figures, period);
  if (format === 'html') return { text: reportHtml(figures, words, period, logo) };
  if (logo === undefined) return { text: reportPdf(figures, words, period) };
  const image = pdfImage(logo);
  return 'mistake' in image
    ? image
    : { text: reportPdf(figures, words, period, { ...logo, image }) };
}

function logoFrom(path: string): Logo | { readonly mistake: string } {
  try {
    const found = statSync(path);
    // A device or a huge file is not read at all.
    const logo = !found.isFile()
      ? { mistake: 'is no file' }
      : found.size > MOST_LOGO_BYTES
        ? { mistake: 'is larger than 256 kB' }
        : readLogo(readFileSync(path));
    return 'mistake' in logo ? { mistake: `${path} ${logo.mistake}` } : logo;
  } catch (cause) {
    return { mistake: `cannot read the logo ${path}: ${reasonOf(cause)}` };
  }
}
