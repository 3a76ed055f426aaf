import type { RulesPolicy } from '../../src/policy/policy-rules.ts';
import {
  DIALLED_PATTERNS,
  EXAMPLE_HOSTS,
  JUNK_NAMES,
  JUNK_NUMBERS,
  SCANNER_AGENTS,
} from '../../src/policy/scanners.ts';

/** What a policy that says nothing of rules compiles to. */
export const DEFAULT_RULES = {
  'stranger-call': often(3),
  'junk-caller-id': { ...often(1), numbers: JUNK_NUMBERS, names: JUNK_NAMES, patterns: [] },
  'scanner-user-agent': { ...often(1), agents: SCANNER_AGENTS, patterns: [] },
  'scanner-shape': { ...often(1), fromHosts: EXAMPLE_HOSTS },
  'dialled-junk': { hits: 2, withinSeconds: 3600, numbers: [], patterns: DIALLED_PATTERNS },
  'number-sweep': { prefixes: 3, withinSeconds: 86_400 },
  feed: often(1),
  'bad-request': often(3),
  'auth-failure': often(10),
  'unknown-account': often(5),
  'acl-denied': often(5),
  'account-sweep': { accounts: 5, withinSeconds: 600 },
  'slow-scan': { tries: 6, days: 3, withinSeconds: 604_800 },
  flood: { events: 300, withinSeconds: 10 },
  canary: { userAgent: 'ghostgate-canary' },
} satisfies RulesPolicy;

/** Those of good/everything.yaml. */
export const EVERY_RULE = {
  'stranger-call': undefined,
  'junk-caller-id': {
    hits: 2,
    withinSeconds: 3600,
    numbers: ['100', "'or''='"],
    names: [],
    patterns: ['^[0-9]{1,3}$'],
  },
  'scanner-user-agent': {
    hits: 1,
    withinSeconds: 600,
    agents: ['friendly-scanner'],
    patterns: ['^voip[0-9]+$'],
  },
  'scanner-shape': { hits: 2, withinSeconds: 600, fromHosts: ['example.com'] },
  'dialled-junk': { hits: 1, withinSeconds: 3600, numbers: ['00'], patterns: ['^00972'] },
  'number-sweep': { prefixes: 5, withinSeconds: 43_200 },
  feed: { hits: 2, withinSeconds: 3600 },
  'bad-request': undefined,
  'auth-failure': { hits: 20, withinSeconds: 86_400 },
  'unknown-account': undefined,
  'acl-denied': { hits: 5, withinSeconds: 30 },
  'account-sweep': { accounts: 7, withinSeconds: 604_800 },
  'slow-scan': { tries: 10, days: 2, withinSeconds: 259_200 },
  flood: { events: 500, withinSeconds: 60 },
  canary: { userAgent: 'acme-canary' },
} satisfies RulesPolicy;

function often(hits: number) {
  return { hits, withinSeconds: 600 };
}
