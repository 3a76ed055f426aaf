import type { SiteView } from '../../../judge/fleet-view.ts';
import { ago, counted, dateTime, figure, length } from '../../format.ts';
import { Command } from './command.tsx';
import { SiteOverTime } from './site-over-time.tsx';
import { State } from './row.tsx';
import { now, site } from './state.ts';
import { ToldTable } from './told-table.tsx';

/** One site in full. */
export function SiteDetail({ name }: { name: string }) {
  const { value } = site;
  if (value === undefined) return <p class="empty">Reading…</p>;
  if ('missing' in value) {
    return (
      <p class="empty">
        <strong>{value.missing}</strong>
        <a href="#">All sites</a>
      </p>
    );
  }
  const { row, told, toldInAll, others } = value;
  const kept = toldInAll > told.length ? `the newest ${figure(told.length)} of ` : '';
  return (
    <>
      <div class="site-head">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <State of={row} />
        <span class="sub">{heard(value)}</span>
        <span class="sub">
          <bdi>{row.mode}</bdi>
        </span>
        <span class="sub">
          <bdi>{row.version}</bdi>
          {row.isOld && ', older than the newest of the fleet'}
        </span>
      </div>
      <div class="overview">
        <SiteOverTime past={value.past} />
        <div class="side">
          <Wrong of={value} />
          <SiteLinks of={value} />
          <Counters of={value} />
        </div>
        <div class="told">
          <ToldTable
            title="What it tells of sources now"
            sub={`${kept}${counted(toldInAll, 'source')}`}
            none="It tells of nobody now: only bans of its own judge in mode enforce are told."
            rows={told}
          />
          <ToldTable
            title="What others tell now"
            sub={`the newest ${figure(others.length)}`}
            none="No other site tells of anybody now."
            rows={others}
            hasSite
          />
        </div>
      </div>
    </>
  );
}

function heard({ row: { heardAt }, revokedBecause }: SiteView): string {
  const at = heardAt === undefined ? '' : ago(Math.min(heardAt, now.value), now.value);
  return revokedBecause === undefined
    ? at
    : `because: ${revokedBecause}; last heard ${at || 'never'}`;
}

function Wrong({ of: { row, notices } }: { of: SiteView }) {
  const { state, troubles, policy } = row;
  const fromPolicy = policy === undefined ? [] : [`policy ${policy.ring}/${policy.version}`];
  const isSilent = state === 'silent' || state === 'never';
  const all = troubles.length + notices.length + (isSilent ? 1 : 0);
  return (
    <section class="card notices" aria-labelledby="wrong-title">
      <div class="head">
        <h2 id="wrong-title">To look at</h2>
        <span class="sub">{[...fromPolicy, all || 'nothing'].join(', ')}</span>
      </div>
      {all === 0 ? (
        <p class="empty">Nothing to look at.</p>
      ) : (
        <ul tabIndex={0} aria-labelledby="wrong-title">
          {isSilent && (
            <li class="bad">
              <span class="tag">Put right</span>{' '}
              {state === 'never'
                ? 'It was added, and never heard: has its policy the fleet block, and nats-server its user? On its machine: ghostgate status'
                : 'Nothing is heard of it: is it up, and does it reach NATS? On its machine: ghostgate status'}
            </li>
          )}
          {troubles.map(({ tone, text }) => (
            <li class={tone} key={text}>
              <span class="tag">Put right</span> <bdi>{text}</bdi>
            </li>
          ))}
          {notices.map((notice, nth) => (
            <li key={`${nth} ${notice}`}>
              <span class="tag">Notice</span> <bdi>{notice}</bdi>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function SiteLinks({ of: { row } }: { of: SiteView }) {
  // What a silent site told of them may be long over.
  const isOld = row.state === 'silent' || row.state === 'revoked';
  const until = isOld ? (row.heardAt ?? now.value) : now.value;
  return (
    <section class="card health" aria-labelledby="links-title">
      <div class="head">
        <h2 id="links-title">PBXs</h2>
        <span class="sub">{figure(row.pbxs.length)}</span>
      </div>
      {row.pbxs.length === 0 ? (
        <p class="empty">It told of none.</p>
      ) : (
        <dl>
          {row.pbxs.map(({ name, kind, state, since }, nth) => (
            <div
              class={`line ${isOld ? 'off' : state === 'up' ? 'good' : state === 'degraded' ? 'watch' : 'bad'}`}
              key={`${name} ${nth}`}
            >
              <dt>
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <span class="state">
                  <span class="dot" aria-hidden="true" />
                  {isOld && 'was '}
                  <bdi>{state}</bdi>
                </span>
                <span class="sub" title={dateTime(since)}>
                  <bdi>{kind}</bdi>, for {length(until - since)}
                </span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Counters({ of }: { of: SiteView }) {
  const { row, startedAt, calls, verdicts, breaker, sources } = of;
  return (
    <section class="card health" aria-labelledby="counters-title">
      <div class="head">
        <h2 id="counters-title">Since its start</h2>
        <span class="sub">
          {startedAt !== undefined && startedAt > 0 && `up ${length(now.value - startedAt)}`}
        </span>
      </div>
      <dl>
        <Line what="Calls" of={calls} />
        <Line what="Verdicts" of={verdicts} />
        <Line
          what="Breaker"
          of={
            breaker === undefined
              ? undefined
              : { refused: breaker.refused, 'over budget': breaker.overBudget }
          }
        />
        <Line
          what="Now"
          of={
            sources === undefined
              ? undefined
              : { 'shut out': row.bans, 'sources known': sources, untold: row.unsent }
          }
        />
      </dl>
      <div class="commands">
        <Command line={`ghostgate fleet revoke ${row.site} --because "…"`} />
        <p class="sub">
          This page only looks. On the operator's machine that order makes every site take nothing
          from this one any more.
        </p>
      </div>
    </section>
  );
}

function Line({ what, of }: { what: string; of: Readonly<Record<string, number>> | undefined }) {
  const words = Object.entries(of ?? {}).map(([name, count]) => `${figure(count)} ${name}`);
  return (
    <div class="line">
      <dt>{what}</dt>
      <dd>{words.length === 0 ? 'not told yet' : words.join(', ')}</dd>
    </div>
  );
}
