import { signal } from '@preact/signals';
import { timeOf } from '../../fleet-headline.ts';
import { figure } from '../../format.ts';
import { Row } from './row.tsx';
import type { Filter, Sort } from './state.ts';
import { filter, found, hasPolicies, head, now, rows, sort, wanted } from './state.ts';

/** The worst come first: who looks further asks for more. */
const STEP = 100;
const shown = signal(STEP);

/** One row a site, under sums that can be pressed to see whose they are. */
export function Sites() {
  const { value } = head;
  if (value === undefined) return null;
  const list = found.value;
  const { totals } = value;
  const all = rows.value.size;
  return (
    <section class="card sites" aria-labelledby="sites-title">
      <div class="tiles" role="group" aria-label="Which sites are shown">
        <Tile
          of="all"
          name="Sites"
          number={totals.sites}
          more={parts('none heard', [
            [totals.ok, 'heard'],
            [totals.late, 'late'],
            [totals.revoked, 'revoked'],
          ])}
        />
        <Tile
          of="trouble"
          name="With something to put right"
          number={totals.troubled}
          isBad={totals.troubled > 0}
          more={parts('nothing', [
            [totals.silent, 'silent'],
            [totals.linkDown, 'PBX not reached'],
            [totals.never, 'never heard'],
          ])}
        />
        <Tile
          of="stopped"
          name={`Ghost calls stopped ${timeOf(value, now.value)}`}
          number={totals.hour.stopped}
          more={`${figure(totals.hour.good)} good calls, ${figure(totals.hour.bans)} bans`}
        />
        <Tile
          of="rang"
          name={`Of them rang a phone ${timeOf(value, now.value)}`}
          number={totals.hour.rang}
          isBad={totals.hour.rang > 0}
          more={`${figure(totals.sources)} sources told of now`}
        />
      </div>
      <div class="head">
        <h2 id="sites-title">{TITLES[filter.value]}</h2>
        <label class="order">
          <span>Order</span>
          <select
            value={sort.value}
            onChange={({ currentTarget }) => (sort.value = SORT_OF[currentTarget.value] ?? 'worst')}
          >
            <option value="worst">worst first</option>
            <option value="name">by name</option>
            <option value="stopped">most ghost calls</option>
            <option value="bans">most bans</option>
            <option value="quiet">longest not heard</option>
          </select>
        </label>
        <label class="search">
          <span class="hidden">Search site, PBX, version or problem</span>
          <input
            type="search"
            placeholder="Site, PBX, version, problem"
            value={wanted.value}
            onInput={({ currentTarget }) => (wanted.value = currentTarget.value)}
          />
        </label>
      </div>
      {list.length === 0 ? (
        <p class="empty">
          <strong>{emptyText(all)}</strong>
          {isEmpty() && <span>ghostgate fleet add SITE KEY, for each</span>}
        </p>
      ) : (
        <table class="fleet" aria-rowcount={list.length + 1}>
          <thead>
            <tr>
              <th scope="col">Site</th>
              <th scope="col">How it is</th>
              <th scope="col">PBXs</th>
              <th scope="col">Mode</th>
              <th scope="col">Version</th>
              {hasPolicies.value && <th scope="col">Policy</th>}
              <th scope="col" class="num" title="Ghost calls stopped in the last hour">
                Stopped/h
              </th>
              <th scope="col" class="num" title="Of them rang a phone, in the last hour">
                Rang/h
              </th>
              <th scope="col" class="num" title="Good calls in the last hour">
                Good/h
              </th>
              <th scope="col" class="num" title="Bans of its own judge in the last hour">
                Bans/h
              </th>
              <th scope="col" class="num" title="Bans in force there">
                Shut out
              </th>
              <th scope="col" class="num">
                Notices
              </th>
            </tr>
          </thead>
          <tbody>
            {list.slice(0, shown.value).map((row) => (
              <Row row={row} now={now.value} hasPolicies={hasPolicies.value} key={row.site} />
            ))}
          </tbody>
        </table>
      )}
      {list.length > shown.value && (
        <p class="actions more-sites">
          <span class="sub">
            {figure(shown.value)} of {figure(list.length)}
          </span>
          <button onClick={() => (shown.value += STEP)}>Show {STEP} more</button>
          <button onClick={() => (shown.value = list.length)}>Show all</button>
        </p>
      )}
    </section>
  );
}

const TITLES: Readonly<Record<Filter, string>> = {
  all: 'All sites',
  trouble: 'Sites with something to put right',
  stopped: 'Sites that stopped ghost calls',
  rang: 'Sites where a phone rang',
};
const SORT_OF: Readonly<Record<string, Sort>> = {
  worst: 'worst',
  name: 'name',
  stopped: 'stopped',
  quiet: 'quiet',
  bans: 'bans',
};

function isEmpty(): boolean {
  return head.value?.isCaughtUp === true && head.value.totals.sites === 0;
}

function emptyText(all: number): string {
  if (isEmpty()) return 'No site belongs to the fleet yet.';
  if (all === 0) return head.value?.link.state === 'up' ? 'Reading…' : 'NATS was not reached yet.';
  return wanted.value === '' ? 'None.' : 'None of them fits the search.';
}

function parts(none: string, pairs: readonly (readonly [count: number, word: string])[]): string {
  const some = pairs.filter(([count]) => count > 0);
  return some.length === 0
    ? none
    : some.map(([count, word]) => `${figure(count)} ${word}`).join(', ');
}

function Tile(props: { of: Filter; name: string; number: number; more: string; isBad?: boolean }) {
  const { of, name, number, more, isBad = false } = props;
  const press = (): void => {
    filter.value = of;
    shown.value = STEP;
    sort.value = of === 'stopped' ? 'stopped' : 'worst';
  };
  return (
    <button
      class={`tile ${isBad ? 'wrong' : ''}`}
      aria-pressed={filter.value === of}
      onClick={press}
    >
      <span class="name">{name}</span>
      <span class="number">{figure(number)}</span>
      <span class="more">{more}</span>
    </button>
  );
}
