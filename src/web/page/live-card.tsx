import { signal } from '@preact/signals';
import type { AlikeRow } from '../alike.ts';
import { alike } from '../alike.ts';
import { figure, moment } from '../format.ts';
import { Choice } from './over-time.tsx';
import { Rule, Times, Verdict } from './verdict.tsx';
import type { LiveRow } from './state.ts';
import { now, paused, rows, skipped, status, story } from './state.ts';

/** On a phone the first few are enough until more are asked for; page.css knows the number too. */
const FEW = 12;
const all = signal(false);
const only = signal<'all' | 'refused' | 'calls'>('all');

/** What is judged now, newest on top. It moves: it can be stopped. */
export function LiveCard() {
  const kept = rows.value?.filter(isWanted);
  const wanted = kept && alike(kept);
  const many = (status.value?.pbxs.length ?? 0) > 1;
  return (
    <section class="card live" aria-labelledby="live-title">
      <div class="head">
        <h2 id="live-title">What happens now</h2>
        <Choice
          name="Which verdicts"
          value={only.value}
          options={[
            ['all', 'All'],
            ['refused', 'Refused'],
            ['calls', 'Calls'],
          ]}
          choose={(value) =>
            (only.value = value === 'refused' || value === 'calls' ? value : 'all')
          }
        />
        <button aria-pressed={paused.value} onClick={() => (paused.value = !paused.value)}>
          {paused.value ? 'Go on' : 'Pause'}
        </button>
      </div>
      {wanted === undefined || wanted.length === 0 ? (
        <p class="empty">
          <strong>{wanted === undefined ? 'Reading…' : 'Nothing was judged yet.'}</strong>
          {wanted?.length === 0 && (
            <span>
              Calls, failed registrations and what rules find fault with appear here the moment they
              are judged.
            </span>
          )}
        </p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-labelledby="live-title">
          <table class={`verdicts ${all.value ? 'every' : ''}`}>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Verdict</th>
                <th scope="col">Source</th>
                {many && <th scope="col">PBX</th>}
                <th scope="col">From</th>
                <th scope="col">Dialled</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {wanted.map((row) => (
                <Row row={row} many={many} key={row.key} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!all.value && (wanted?.length ?? 0) > FEW && (
        <button class="more" onClick={() => (all.value = true)}>
          Show all {wanted?.length}
        </button>
      )}
      {skipped.value > 0 && (
        <p class="note">{figure(skipped.value)} more came too fast to be shown; all are counted.</p>
      )}
    </section>
  );
}

function Row({ row, many }: { row: AlikeRow; many: boolean }) {
  const number = row.callingNumber ?? row.account;
  const name = row.callingName === number ? undefined : row.callingName;
  const from = [name, number].filter((part) => part !== undefined);
  return (
    <tr class={row.verdict}>
      <td class="at">
        <time dateTime={new Date(row.seenAt).toISOString()}>{moment(row.seenAt, now.peek())}</time>
      </td>
      <td>
        <Verdict of={row} />
        <Times of={row} />
      </td>
      <td>
        <button class="link mono" onClick={() => (story.value = row.target)}>
          {row.address}
        </button>
      </td>
      {many && <td class="pbx">{row.pbx}</td>}
      <td class="sent from" title={row.userAgent}>
        {from.length === 0 ? <span class="none">–</span> : <bdi>{from.join(' · ')}</bdi>}
      </td>
      <td class="sent dialled">
        {row.calledNumber === undefined ? (
          <span class="none">–</span>
        ) : (
          <bdi>{row.calledNumber}</bdi>
        )}
      </td>
      <td class="why">
        <Rule rule={row.rule} /> <bdi>{row.why}</bdi>
      </td>
    </tr>
  );
}

function isWanted({ verdict, event }: LiveRow): boolean {
  if (only.value === 'refused') return verdict === 'reject' || verdict === 'ban';
  return only.value === 'all' || event === 'call';
}
