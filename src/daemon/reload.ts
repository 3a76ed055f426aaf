import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { problemText } from '../policy/problem.ts';
import type { Log } from './log.ts';

export interface PolicyState {
  readonly path: string;
  readonly loadedAt: number;
  /** Why the last load failed; the policy before it is in force. */
  readonly error?: string;
}

export interface ReloadParts {
  readonly path: string;
  readonly log: Log;
  readonly now: () => number;
  /** Puts a good policy in force. */
  readonly apply: (next: Policy, before: Policy) => Promise<void>;
}

/** The policy in force, and the way another takes its place. */
export interface PolicyHolder {
  readonly current: () => Policy;
  readonly state: () => PolicyState;
  loaded(next: Policy): void;
  /** Resolves when every policy handed over so far is in force; with what is wrong with the last. */
  settled(): Promise<{ ok: true } | { problems: string[] }>;
  failed(problems: readonly Problem[]): void;
}

export function createPolicyHolder(first: Policy, parts: ReloadParts): PolicyHolder {
  const { path, log } = parts;
  let policy = first;
  let state: PolicyState = { path, loadedAt: parts.now() };
  /** Policies are put in force one after another, in the order they came. */
  let turn: Promise<void> = Promise.resolve();

  const put = async (next: Policy): Promise<void> => {
    const before = policy;
    policy = next;
    state = { path, loadedAt: parts.now() };
    if (isDeepStrictEqual(before, next)) return;
    await parts.apply(next, before);
    log.info({ event: 'policy', mode: next.mode }, 'policy loaded');
    for (const key of needRestart(before, next)) {
      log.warn({ event: 'policy', key }, 'this change takes effect after a restart');
    }
  };

  const putAfter = async (earlier: Promise<void>, next: Policy): Promise<void> => {
    await earlier;
    try {
      await put(next);
    } catch (error) {
      log.error({ err: error, event: 'policy' }, 'the new policy is in force only in part');
    }
  };

  return {
    current: () => policy,
    state: () => state,
    loaded(next) {
      turn = putAfter(turn, next);
    },
    async settled() {
      await turn;
      return state.error === undefined ? { ok: true } : { problems: state.error.split('\n') };
    },
    failed(problems) {
      const texts = problems.map(problemText);
      state = { ...state, error: texts.join('\n') };
      log.error({ event: 'policy', problems: texts }, 'bad policy: the one before stays in force');
    },
  };
}

/** What another policy changes of what is opened once, at the start. */
export function needRestart(before: Policy, next: Policy): (keyof Policy)[] {
  return RESTART_KEYS.filter((key) => !isDeepStrictEqual(before[key], next[key]));
}

const RESTART_KEYS = ['store', 'control', 'metrics', 'memory', 'log', 'site'] as const;
