import { z } from 'zod';
import { count, duration, expression, words } from './fields.ts';
import {
  DIALLED_PATTERNS,
  EXAMPLE_HOSTS,
  JUNK_NAMES,
  JUNK_NUMBERS,
  SCANNER_AGENTS,
} from './scanners.ts';

/** Hits are counted in memory: a week of them is the most that makes sense. */
const MOST_WITHIN_SECONDS = 7 * 86_400;

/** The `rules` section as written: each rule a map of its own, or `off`. */
export const rulesFile = z
  .strictObject({
    'stranger-call': rule(threshold(3, '10m')).prefault({}).meta({
      description:
        'Calls from a source that is no trunk, no trusted network and holds no live registration.',
    }),
    'junk-caller-id': rule({
      ...threshold(1, '10m'),
      numbers: list(JUNK_NUMBERS, 'Caller numbers that no honest caller shows.'),
      names: list(JUNK_NAMES, 'Caller names that no honest caller shows, in any case.'),
      patterns: patterns([], 'RE2 patterns looked for in caller number and name, in any case.'),
    })
      .prefault({})
      .meta({ description: 'Calls whose caller ID is what scanners use.' }),
    'scanner-user-agent': rule({
      ...threshold(1, '10m'),
      agents: list(SCANNER_AGENTS, 'Pieces of user agents, in any case.'),
      patterns: patterns([], 'RE2 patterns looked for in user agents, in any case.'),
    })
      .prefault({})
      .meta({ description: 'A user agent that holds the name of a scanner.' }),
    'scanner-shape': rule({
      ...threshold(1, '10m'),
      from_hosts: list(EXAMPLE_HOSTS, 'Hosts in From that only tools and textbooks use.'),
    })
      .prefault({})
      .meta({ description: 'Marks that scanners leave whatever their user agent says.' }),
    'dialled-junk': rule({
      ...threshold(2, '1h'),
      numbers: list([], 'Dialled numbers that no honest caller dials, as they are written.'),
      patterns: patterns(DIALLED_PATTERNS, 'RE2 patterns looked for in dialled numbers.'),
    })
      .prefault({})
      .meta({ description: 'Calls to numbers that only scanners dial.' }),
    'number-sweep': rule({
      prefixes: count(2, 8)
        .default(3)
        .meta({ description: 'Different prefixes before the same last digits.' }),
      within: within('1d'),
    })
      .prefault({})
      .meta({
        description: 'One number dialled behind many prefixes, by whichever strangers.',
      }),
    feed: rule(threshold(1, '10m')).prefault({}).meta({
      description: 'A stranger whose address a feed or GeoIP denies (`use: deny`, `geo.deny`).',
    }),
    'bad-request': rule(threshold(3, '10m'))
      .prefault({})
      .meta({ description: 'Requests that the PBX could not make sense of.' }),
    'auth-failure': rule(threshold(10, '10m'))
      .prefault({})
      .meta({ description: 'Wrong answers to a challenge.' }),
    'unknown-account': rule(threshold(5, '10m'))
      .prefault({})
      .meta({ description: 'Requests for accounts that do not exist.' }),
    'acl-denied': rule(threshold(5, '10m'))
      .prefault({})
      .meta({ description: "Requests that the PBX's own ACL refused." }),
    'account-sweep': rule({
      accounts: count(2, 256)
        .default(5)
        .meta({ description: 'Different accounts tried before the source is shut out.' }),
      within: within('10m'),
    })
      .prefault({})
      .meta({ description: 'Many different accounts tried from one source.' }),
    'slow-scan': rule({
      tries: count(2, 64)
        .default(6)
        .meta({ description: 'Different accounts and numbers tried in vain.' }),
      days: count(2, 7).default(3).meta({ description: 'Different days (UTC) on which.' }),
      within: within('1w'),
    })
      .prefault({})
      .meta({ description: 'A little every day: below what the other rules count.' }),
    flood: rule({
      events: count(10, 1_000_000)
        .default(300)
        .meta({ description: 'Events before the source is shut out.' }),
      within: within('10s'),
    })
      .prefault({})
      .meta({ description: 'Events of any kind from one source.' }),
    canary: rule({
      user_agent: words()
        .default('ghostgate-canary')
        .meta({ description: 'The magic user agent.' }),
    })
      .prefault({})
      .meta({
        description: 'A harmless magic user agent that is always caught: it tests a live system.',
      }),
  })
  .prefault({})
  .meta({
    description:
      'What shuts a source out: how often a rule must hit, and in which time. `off` in place of the map switches a rule off. A list written here takes the place of the built-in one.',
  });

/** A rule's map, or `off`. YAML 1.1 tools turn a bare off into false, so both are the same here. */
function rule<Shape extends z.ZodRawShape>(shape: Shape) {
  const enabled = z
    .boolean()
    .default(true)
    .meta({ description: 'false switches the rule off and keeps its settings.' });
  return z.union([z.literal(['off', false]), z.strictObject({ enabled, ...shape })]);
}

function threshold(hits: number, time: string) {
  return {
    hits: count(1, 100_000)
      .default(hits)
      .meta({ description: 'Hits before the source is shut out.' }),
    within: within(time),
  };
}

function within(time: string) {
  return duration(MOST_WITHIN_SECONDS)
    .default(time)
    .meta({ description: 'Time in which they are counted.' });
}

function list(entries: readonly string[], description: string) {
  return z
    .array(words())
    .max(1000)
    .default([...entries])
    .meta({ description });
}

function patterns(entries: readonly string[], description: string) {
  return z
    .array(expression())
    .max(100)
    .default([...entries])
    .meta({ description });
}
