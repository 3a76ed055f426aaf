import { status } from './state.ts';

/** What a person should look at: stale passwords, trunks that drift, bans that the breaker refused. */
export function Notices() {
  const report = status.value;
  if (report === undefined) return null;
  const { problems, notices } = report;
  return (
    <section class="card notices" aria-labelledby="notices-title">
      <div class="head">
        <h2 id="notices-title">Notices</h2>
        <span class="sub">{problems.length + notices.length || 'none'}</span>
      </div>
      {problems.length + notices.length === 0 ? (
        <p class="empty">
          Nothing to look at. A phone with a stale password or a trunk that moved would be told
          here.
        </p>
      ) : (
        <ul tabIndex={0} aria-labelledby="notices-title">
          {problems.map((problem) => (
            <li class="bad" key={problem}>
              <span class="tag">Put right</span> <bdi>{problem}</bdi>
            </li>
          ))}
          {notices.map((notice) => (
            <li key={notice}>
              <span class="tag">Notice</span> <bdi>{notice}</bdi>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
