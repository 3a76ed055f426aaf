import type { Told } from '../../../judge/fleet-view.ts';
import { ago, dateTime, length } from '../../format.ts';
import { Copy } from './command.tsx';
import { now } from './state.ts';

/** What is told of sources; the command that lets one in again everywhere can be copied. */
export function ToldTable(props: {
  title: string;
  sub: string;
  none: string;
  rows: readonly Told[];
  hasSite?: boolean;
}) {
  const { title, sub, none, rows, hasSite = false } = props;
  return (
    <section class="card" aria-label={title}>
      <div class="head">
        <h2>{title}</h2>
        {rows.length > 0 && <span class="sub">{sub}</span>}
      </div>
      {rows.length === 0 ? (
        <p class="empty">{none}</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={title}>
          <table class="told-rows">
            <thead>
              <tr>
                <th scope="col">Source</th>
                <th scope="col">Why</th>
                <th scope="col">Told by</th>
                <th scope="col">Told</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span class="hidden">Command</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Line row={row} hasSite={hasSite} key={`${row.target} ${row.site}`} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Line({ row, hasSite }: { row: Told; hasSite: boolean }) {
  const { site, target, rule, proof, at, until, alsoBy } = row;
  const names = hasSite ? [site, ...alsoBy] : alsoBy;
  return (
    <tr>
      <td class="mono">
        <bdi>{target}</bdi>
      </td>
      <td>
        <span class="rule">{rule}</span>
        <span class="sub">{proof}</span>
      </td>
      <td class="names">
        <bdi>{names.length === 0 ? 'it alone' : names.join(', ')}</bdi>
      </td>
      <td class="at" title={dateTime(at)}>
        {ago(at, now.value)}
      </td>
      <td class="at" title={dateTime(until)}>
        in {length(until - now.value)}
      </td>
      <td class="act">
        <Copy
          line={`ghostgate fleet unban ${target} --because "…"`}
          label={`Copy unban of ${target}`}
          word="Copy unban"
        />
      </td>
    </tr>
  );
}
