import { figure, moment } from '../format.ts';

interface AsTableProps {
  title: string;
  times: readonly number[];
  /** A step of which nothing is known is null. */
  columns: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** What a plot shows, for whoever does not see it: newest first, without the steps of nothing. */
export function AsTable({ title, times, columns }: AsTableProps) {
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${title} as a table`}>
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              {columns.map(({ name }) => (
                <th scope="col" class="num" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times
              .map((time, at) => ({ time, at }))
              .filter(({ at }) => columns.some(({ values }) => values[at] !== 0))
              .toReversed()
              .map(({ time, at }) => (
                <tr key={time}>
                  <th scope="row">{moment(time)}</th>
                  {columns.map(({ name, values }) => (
                    <td class="num" key={name}>
                      {said(values[at])}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function said(value: number | null | undefined): string {
  return value === null ? 'not heard' : figure(value ?? 0);
}
