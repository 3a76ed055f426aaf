import { secondsOf } from './fields.ts';
import type { RulesPolicy, Threshold } from './policy-rules.ts';
import type { Written } from './schema.ts';

type WrittenRules = Written['rules'];

/** The rules as the judge uses them; one that is off is undefined. */
export function compileRules(rules: WrittenRules): RulesPolicy {
  return {
    'stranger-call': on(rules['stranger-call'], threshold),
    'junk-caller-id': on(rules['junk-caller-id'], (rule) => ({
      ...threshold(rule),
      numbers: rule.numbers,
      names: rule.names,
      patterns: rule.patterns,
    })),
    'scanner-user-agent': on(rules['scanner-user-agent'], (rule) => ({
      ...threshold(rule),
      agents: rule.agents,
      patterns: rule.patterns,
    })),
    'scanner-shape': on(rules['scanner-shape'], (rule) => ({
      ...threshold(rule),
      fromHosts: rule.from_hosts,
    })),
    'dialled-junk': on(rules['dialled-junk'], (rule) => ({
      ...threshold(rule),
      numbers: rule.numbers,
      patterns: rule.patterns,
    })),
    'number-sweep': on(rules['number-sweep'], ({ prefixes, within }) => ({
      prefixes,
      withinSeconds: secondsOf(within),
    })),
    feed: on(rules.feed, threshold),
    'bad-request': on(rules['bad-request'], threshold),
    'auth-failure': on(rules['auth-failure'], threshold),
    'unknown-account': on(rules['unknown-account'], threshold),
    'acl-denied': on(rules['acl-denied'], threshold),
    'account-sweep': on(rules['account-sweep'], ({ accounts, within }) => ({
      accounts,
      withinSeconds: secondsOf(within),
    })),
    'slow-scan': on(rules['slow-scan'], ({ tries, days, within }) => ({
      tries,
      days,
      withinSeconds: secondsOf(within),
    })),
    flood: on(rules.flood, ({ events, within }) => ({
      events,
      withinSeconds: secondsOf(within),
    })),
    canary: on(rules.canary, ({ user_agent }) => ({ userAgent: user_agent })),
  };
}

function on<Rule extends { enabled: boolean }, Compiled>(
  rule: Rule | 'off' | false,
  compile: (rule: Rule) => Compiled,
): Compiled | undefined {
  return rule === 'off' || rule === false || !rule.enabled ? undefined : compile(rule);
}

function threshold({ hits, within }: { hits: number; within: string }): Threshold {
  return { hits, withinSeconds: secondsOf(within) };
}
