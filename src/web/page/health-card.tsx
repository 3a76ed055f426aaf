import { ask } from './api.ts';
import { ago, counted, dateTime, figure, length } from '../format.ts';
import { mayAct, now, say, status } from './state.ts';

/** Links, enforcers, gates, trunks, lockdown, and the policy in force. */
export function Health() {
  const report = status.value;
  if (report === undefined) return null;
  const { policy, lockdown } = report;
  return (
    <section class="card health" aria-labelledby="health-title">
      <div class="head">
        <h2 id="health-title">Health</h2>
        <span class="sub">
          {report.version}, up {length(now.value - report.startedAt)}
        </span>
      </div>
      <dl>
        {report.pbxs.map(({ name, state, version, since, problem, counters }) => (
          <Line
            key={name}
            what={`PBX ${name}`}
            tone={
              state === 'up' ? 'good' : state === 'refused' || state === 'closed' ? 'bad' : 'watch'
            }
            state={state}
            more={[
              version,
              `for ${length(now.value - since)}`,
              counters.lostEvents > 0 ? `${figure(counters.lostEvents)} events lost` : undefined,
            ]}
            problem={problem}
          />
        ))}
        {report.gates.map(({ pbx, trusted, problem }) => (
          <Line
            key={pbx}
            what={`Gate ${pbx}`}
            tone={problem === undefined ? 'good' : 'watch'}
            state={problem === undefined ? 'kept' : 'not kept'}
            more={[`${counted(trusted, 'known source')} through at once`]}
            problem={problem}
          />
        ))}
        {report.gates.length === 0 && (
          <Line
            what="Gate"
            tone={report.calls.rangBeforeRejected > 0 ? 'watch' : 'off'}
            state="none"
            more={[
              'Ghost calls are hung up only while they begin to ring; “ghostgate doctor” says how to put one in',
            ]}
          />
        )}
        {report.enforcers.map(({ name, state, present, drift, problem }) => (
          <Line
            key={name}
            what={`Enforcer ${name}`}
            tone={state === 'ok' ? 'good' : 'bad'}
            state={state}
            more={[
              `${figure(present)} in place`,
              drift.added + drift.released > 0
                ? `drift put right: +${figure(drift.added)} −${figure(drift.released)}`
                : undefined,
            ]}
            problem={problem}
          />
        ))}
        {report.trunks.map(({ name, addresses, problem }) => (
          <Line
            key={name}
            what={`Trunk ${name}`}
            tone={problem === undefined ? 'good' : 'watch'}
            state={problem === undefined ? 'trusted' : 'unresolved'}
            more={[counted(addresses, 'address', 'addresses')]}
            problem={problem}
          />
        ))}
        {report.feeds.feeds.map(({ name, state, entries, problem, held }) => (
          <Line
            key={name}
            what={`Feed ${name}`}
            tone={state === 'ok' ? 'good' : state === 'failing' ? 'bad' : 'watch'}
            state={state}
            more={[counted(entries, 'entry', 'entries')]}
            problem={problem ?? held?.why}
          />
        ))}
        <Line
          what="Lockdown"
          tone={
            lockdown.problem === undefined ? (lockdown.state === 'off' ? 'off' : 'watch') : 'bad'
          }
          state={lockdown.state}
          more={[
            lockdown.state === 'off'
              ? undefined
              : `${figure(lockdown.droppedPackets)} packets dropped`,
          ]}
          problem={lockdown.problem}
        />
        <Line
          what="Policy"
          tone={policy.error === undefined ? 'good' : 'bad'}
          state={policy.error === undefined ? 'in force' : 'the one before is in force'}
          more={[policy.path, `loaded ${ago(policy.loadedAt, now.value)}`]}
          title={dateTime(policy.loadedAt)}
          problem={policy.error}
        />
      </dl>
      {mayAct.value && (
        <p class="actions">
          <button onClick={() => void reload()}>Load the policy again</button>
        </p>
      )}
    </section>
  );
}

function Line(props: {
  what: string;
  tone: 'good' | 'watch' | 'bad' | 'off';
  state: string;
  more: readonly (string | undefined)[];
  problem?: string | undefined;
  title?: string;
}) {
  const { what, tone, state, more, problem, title } = props;
  const words = more.filter((word) => word !== undefined);
  return (
    <div class={`line ${tone}`}>
      <dt>{what}</dt>
      <dd>
        <span class="state">
          <span class="dot" aria-hidden="true" />
          {state}
        </span>
        {words.length > 0 && (
          <span class="sub" title={title}>
            {words.join(', ')}
          </span>
        )}
        {problem !== undefined && problem !== '' && <span class="problem">{problem}</span>}
      </dd>
    </div>
  );
}

async function reload(): Promise<void> {
  const reply = await ask('POST', '/reload');
  if ('error' in reply) say(reply.error, true);
  else say('The policy was loaded again.');
}
