import type { HistoryTop } from '../../judge/history.ts';
import { measuresOf, totalsOf } from '../figures.ts';
import { figure } from '../format.ts';
import { history, isObserving, span, story } from './state.ts';

const MOST = 10;
const NAMES: Readonly<Record<number, string>> = {
  24: '24 h',
  168: '7 d',
  720: '30 d',
  2160: '90 d',
};

/** Who and what was busiest in the time that is plotted. */
export function Busiest() {
  const past = history.value;
  const ghosts = (past?.counts ?? []).filter(({ measure }) =>
    measuresOf('ghosts', isObserving.value).includes(measure),
  );
  return (
    <div class="busiest">
      <Bars
        title="Busiest sources"
        empty="No source did anything that a rule finds fault with."
        entries={pairs(past?.sources)}
        open={(name) => (story.value = name)}
      />
      <Bars
        title="Most dialled by ghosts"
        empty="No ghost call dialled anything."
        entries={pairs(past?.dialled)}
      />
      <Bars
        title="Ghost calls by rule"
        empty="No rule met a ghost call."
        entries={totalsOf(ghosts, 'rule')}
      />
      <Bars
        title="Ghost calls by PBX"
        empty="No PBX met a ghost call."
        entries={totalsOf(ghosts, 'pbx')}
      />
    </div>
  );
}

function Bars(props: {
  title: string;
  empty: string;
  entries: readonly (readonly [name: string, count: number])[];
  open?: (name: string) => void;
}) {
  const { title, empty, entries, open } = props;
  const most = Math.max(1, ...entries.map(([, count]) => count));
  return (
    <section class="card bars" aria-label={title}>
      <div class="head">
        <h2>{title}</h2>
        <span class="sub">{NAMES[span.value]}</span>
      </div>
      {entries.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <ol>
          {entries.slice(0, MOST).map(([name, count], at) => (
            <li key={`${at} ${name}`}>
              <span class="fill" style={{ width: `${(count / most) * 100}%` }} aria-hidden="true" />
              {open === undefined ? (
                <bdi class="mono">{name}</bdi>
              ) : (
                <button class="link mono" onClick={() => open(name)}>
                  {name}
                </button>
              )}
              <b>{figure(count)}</b>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function pairs(tops: readonly HistoryTop[] = []): (readonly [string, number])[] {
  return tops.map(({ name, count }) => [name, count] as const);
}
