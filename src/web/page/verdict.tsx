import type { VerdictRow } from '../../judge/record.ts';
import type { AlikeRow } from '../alike.ts';
import { moment } from '../format.ts';
import { isObserving, now } from './state.ts';

/** The answer as a word; in observe mode what it would have been. */
export function Verdict({ of: { verdict, event } }: { of: VerdictRow }) {
  const word = event === 'call-ended' ? 'ended' : verdict;
  const isWish = isObserving.value && (word === 'reject' || word === 'ban');
  return <span class={`chip ${word}`}>{isWish ? `would ${word}` : word}</span>;
}

/** How a call ended was decided by no rule. */
export function Rule({ rule }: { rule: string }) {
  return rule === 'none' ? null : <span class="rule">{rule}</span>;
}

/** How often the same was decided, where it was more than once. */
export function Times({ of: { count, since } }: { of: AlikeRow }) {
  return count === 1 ? null : (
    <span class="times" title={`the newest of ${count} such since ${moment(since, now.peek())}`}>
      ×{count}
    </span>
  );
}
