import { z } from 'zod';
import { count, duration, issue, matching, name, path, text, words } from './fields.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';

const feed = z
  .strictObject({
    name: name().meta({
      description: 'Its name in logs, verdicts and `ghostgate feeds`.',
      examples: ['blocklist', 'own-list'],
    }),
    url: text(urlMistake)
      .optional()
      .meta({
        description: 'Where it is fetched from, by http or https.',
        examples: ['https://lists.example.net/sip-scanners.txt'],
      }),
    file: path()
      .optional()
      .meta({
        description: 'Or the file that holds it; looked at each minute.',
        examples: ['/etc/ghostgate/own-list.csv', '/etc/ghostgate/own-list.csv'],
      }),
    format: z
      .enum(['plain', 'csv', 'json'])
      .optional()
      .meta({
        description:
          'plain: one address or prefix a line. csv: in a column. json: in a list, or a key of its maps. Guessed when left out.',
        examples: ['plain', 'csv'],
      }),
    column: words(64)
      .optional()
      .meta({
        description:
          'csv: name or number (from 1) of the column. json: the key. The first that holds an address when left out.',
        examples: ['address', 'address'],
      }),
    every: duration(7 * 86_400)
      .default('1h')
      .meta({ description: 'How often the URL is asked.' }),
    use: z.enum(['evidence', 'deny']).default('evidence').meta({
      description:
        'evidence: half as many hits of the other rules are enough. deny: a stranger is refused and shut out for being listed.',
    }),
    max_entries: count(1, 1_000_000)
      .default(100_000)
      .meta({ description: 'A list with more lines than this is refused.' }),
  })
  .superRefine((value, context) => {
    if ((value.url === undefined) !== (value.file === undefined)) return;
    const message = value.url === undefined ? 'names no place' : 'names two places';
    context.addIssue(issue({ message, hint: 'write either url: or file:' }));
  })
  .meta({ oneOf: [{ required: ['url'] }, { required: ['file'] }] });

/** The `feeds` list as written. */
export const feedsFile = z.array(feed).max(32).default([]).meta({
  description:
    'Lists of addresses that others keep, as evidence or to deny; docs/feeds.md. They can never cover a trunk, a trusted network or the PBX.',
});

const country = matching('^[A-Z]{2}$', 'country', 'write its two capital letters, like NL');

function places(what: string) {
  return z
    .strictObject({
      countries: z
        .array(country)
        .max(250)
        .default([])
        .meta({ description: 'Countries by two letters (ISO 3166-1).' }),
      all_countries_but: z
        .array(country)
        .max(250)
        .default([])
        .meta({ description: 'Every country but these; addresses of no known one are let be.' }),
      asns: z
        .array(count(1, 4_294_967_295))
        .max(1000)
        .default([])
        .meta({ description: 'Numbers of autonomous systems, without AS.' }),
    })
    .prefault({})
    .meta({ description: what });
}

/** The `geo` section as written. */
export const geoFile = z
  .strictObject({
    country_file: path()
      .optional()
      .meta({
        description: 'MMDB file that tells the country, of your own licence.',
        examples: ['/var/lib/GeoIP/GeoLite2-Country.mmdb'],
      }),
    asn_file: path()
      .optional()
      .meta({
        description: 'MMDB file that tells the autonomous system.',
        examples: ['/var/lib/GeoIP/GeoLite2-ASN.mmdb'],
      }),
    deny: places('Strangers from there are refused and shut out.'),
    evidence: places('Half as many hits of the other rules are enough for strangers from there.'),
  })
  .prefault({})
  .meta({ description: 'Country and network of a source, by MMDB files of your own.' });

function urlMistake(value: string): Mistake | undefined {
  if (value.length > MOST_URL_CHARS || !URL.canParse(value)) {
    return { message: `not a URL: ${show(value)}`, hint: 'write https://lists.example.net/a.txt' };
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    const hint =
      url.protocol === 'file:' ? 'write file: and its path' : 'http and https are spoken';
    return { message: `not a web address: ${show(value)}`, hint };
  }
  if (url.username === '' && url.password === '') return undefined;
  const hint = 'fetch it by a job of your own, and name the file it writes';
  return { message: 'a secret does not belong in this file', hint };
}

const MOST_URL_CHARS = 2048;
