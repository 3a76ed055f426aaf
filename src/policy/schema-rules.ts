import { z } from 'zod';
import { count, duration, words } from './fields.ts';
import { JUNK_NAMES, JUNK_NUMBERS, SCANNER_AGENTS } from './scanners.ts';

/** The `rules` section as written: each rule a map of its own, or `off`. */
export const rulesFile = z
  .strictObject({
    'stranger-call': rule(
      'Calls from a source that is no trunk, no trusted network and holds no live registration.',
      threshold(3, '10m'),
    ),
    'junk-caller-id': rule('Calls whose caller ID is what scanners use.', {
      ...threshold(1, '10m'),
      numbers: list(JUNK_NUMBERS, 'Caller numbers (From users) that no honest caller shows.'),
      names: list(JUNK_NAMES, 'Caller names that no honest caller shows.'),
    }),
    'scanner-user-agent': rule('A user agent that only scanners send.', {
      ...threshold(1, '10m'),
      agents: list(SCANNER_AGENTS, 'User agents; upper and lower case are the same.'),
    }),
    'bad-request': rule('Requests that the PBX could not make sense of.', threshold(3, '10m')),
    'auth-failure': rule('Wrong answers to a challenge.', threshold(10, '10m')),
    'unknown-account': rule('Requests for accounts that do not exist.', threshold(5, '10m')),
    'acl-denied': rule("Requests that the PBX's own ACL refused.", threshold(5, '10m')),
    'account-sweep': rule('Many different accounts tried from one source.', {
      accounts: count(2, 10_000)
        .default(5)
        .meta({ description: 'Different accounts tried before the source is shut out.' }),
      within: within('10m'),
    }),
    flood: rule('Events of any kind from one source.', {
      events: count(10, 1_000_000)
        .default(300)
        .meta({ description: 'Events before the source is shut out.' }),
      within: within('10s'),
    }),
    canary: rule('A harmless magic user agent that is always caught: test a live system with it.', {
      user_agent: words().default('ghostgate-canary').meta({ description: 'The magic user agent.' }),
    }),
  })
  .prefault({})
  .meta({
    description:
      'What shuts a source out: how often a rule must hit, and in which time. `off` in place of the map switches a rule off. A list written here takes the place of the built-in one.',
  });

function rule<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  const enabled = z
    .boolean()
    .default(true)
    .meta({ description: 'false switches the rule off and keeps its settings.' });
  // YAML 1.1 tools turn a bare off into false, so both are the same here.
  return z
    .union([z.literal(['off', false]), z.strictObject({ enabled, ...shape })])
    .prefault({} as never)
    .meta({ description });
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

/** Hits are counted in memory: a week of them is the most that makes sense. */
const MOST_WITHIN_SECONDS = 7 * 86_400;
