import type { AuditEntry } from '../../judge/audit.ts';
import { dateTime, moment } from '../format.ts';
import { audit, now } from './state.ts';

const DOORS: Readonly<Record<AuditEntry['door'], string>> = {
  socket: 'command line',
  page: 'page',
  token: 'API token',
};

/** Who did what, from where. */
export function AuditView() {
  const entries = audit.value;
  return (
    <section class="card" aria-labelledby="audit-title">
      <div class="head">
        <h2 id="audit-title">Audit</h2>
        <span class="sub">who did what, newest first</span>
      </div>
      {entries === undefined || entries.length === 0 ? (
        <p class="empty">
          <strong>{entries === undefined ? 'Reading…' : 'Nobody did anything yet.'}</strong>
          {entries?.length === 0 && (
            <span>Bans and releases by hand, lockdown, reloads and logins are kept here.</span>
          )}
        </p>
      ) : (
        <table class="trail">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">Through</th>
              <th scope="col">Did</th>
              <th scope="col">Because</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ at, by, door, from, did, target, because, refused }, nth) => (
              <tr key={`${at} ${nth}`}>
                <td class="at" title={dateTime(at)}>
                  {moment(at, now.value)}
                </td>
                <td>
                  <bdi>{by}</bdi>
                </td>
                <td>
                  {DOORS[door]}
                  {from !== undefined && <span class="sub mono">{from}</span>}
                </td>
                <td>
                  {did} {target !== undefined && <bdi class="mono">{target}</bdi>}
                </td>
                <td class="why">
                  {because !== undefined && <bdi>{because}</bdi>}
                  {refused !== undefined && <span class="problem">refused: {refused}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
