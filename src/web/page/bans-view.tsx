import { signal } from '@preact/signals';
import type { Ban } from '../../judge/verdict.ts';
import { ask } from './api.ts';
import { counted, dateTime, figure, length } from '../format.ts';
import { LetIn } from './let-in.tsx';
import { bans, isObserving, loadBans, mayAct, now, say, status, story } from './state.ts';

const wanted = signal('');
const MOST_SHOWN = 300;
/** Whether it is one, the daemon says. */
const ADDRESS = /^\s*[\da-f]*[.:][\da-f.:/]+\s*$/i;

/** Who is shut out, why, until when; let in again by two presses. */
export function BansView() {
  const all = bans.value;
  const total = status.value?.bans.active ?? 0;
  const found = all?.filter(isFound) ?? [];
  return (
    <section class="card bans" aria-labelledby="bans-title">
      <div class="head">
        <h2 id="bans-title">{isObserving.value ? 'Would be shut out' : 'Shut out'}</h2>
        <span class="sub">
          {figure(total)} in force, {counted(status.value?.bans.quarantines ?? 0, 'quarantine')}
        </span>
        <label class="search">
          <span class="hidden">Search address, rule or reason</span>
          <input
            type="search"
            placeholder="Address, rule, reason"
            value={wanted.value}
            onInput={({ currentTarget }) => (wanted.value = currentTarget.value)}
            onKeyDown={({ key }) => {
              if (key === 'Enter' && ADDRESS.test(wanted.value)) story.value = wanted.value.trim();
            }}
          />
        </label>
      </div>
      {isObserving.value && (
        <p class="note">
          Mode observe: nobody is kept out. These sources would be, were the mode enforce.
        </p>
      )}
      {mayAct.value && <ShutOut />}
      {all === undefined ? (
        <p class="empty">Reading…</p>
      ) : found.length === 0 ? (
        <p class="empty">
          <strong>
            {all.length === 0 ? 'Nobody is shut out.' : 'None of them fits the search.'}
          </strong>
          {all.length === 0 && (
            <span>A source that sends ghost calls or guesses passwords appears here at once.</span>
          )}
        </p>
      ) : (
        <table class="banned">
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">Why</th>
              <th scope="col">Since</th>
              <th scope="col">Ends</th>
              {mayAct.value && (
                <th scope="col">
                  <span class="hidden">Let in</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, MOST_SHOWN).map((ban) => (
              <Row ban={ban} key={ban.target} />
            ))}
          </tbody>
        </table>
      )}
      {(found.length > MOST_SHOWN || total > (all?.length ?? 0)) && (
        <p class="note">
          The newest {figure(Math.min(found.length, MOST_SHOWN))} of {figure(total)}. Any other: its
          address in the search, then Enter.
        </p>
      )}
    </section>
  );
}

function Row({ ban }: { ban: Ban }) {
  const { target, rule, why, since, until, quarantine, by, pbx } = ban;
  return (
    <tr>
      <td>
        <button class="link mono" onClick={() => (story.value = target)}>
          {target}
        </button>
        {pbx !== undefined && <span class="sub">{pbx}</span>}
      </td>
      <td class="why">
        <span class="rule">{rule}</span> <bdi>{why}</bdi>
      </td>
      <td class="at" title={dateTime(since)}>
        {length(now.value - since)} ago
      </td>
      <td class="at ends" title={dateTime(until)}>
        in {length(until - now.value)}
        {quarantine && (
          <span class="sub" title="Short, for its evidence can be forged">
            quarantine
          </span>
        )}
        {by === 'hand' && <span class="sub">by hand</span>}
      </td>
      {mayAct.value && (
        <td class="act">
          <LetIn target={target} />
        </td>
      )}
    </tr>
  );
}

function isFound({ target, rule, why, pbx }: Ban): boolean {
  const text = wanted.value.trim().toLowerCase();
  return [target, rule, why, pbx ?? ''].some((part) => part.toLowerCase().includes(text));
}

/** A ban by hand goes through the same breaker as every other: a trunk is refused, with the reason. */
function ShutOut() {
  return (
    <details class="by-hand">
      <summary>Shut a source out by hand</summary>
      <form onSubmit={(event) => void shutOut(event)}>
        <label>
          Address or prefix
          <input
            name="target"
            required
            maxLength={64}
            placeholder="203.0.113.9"
            autocomplete="off"
          />
        </label>
        <label>
          For
          <select name="seconds">
            <option value="3600">1 hour</option>
            <option value="86400">1 day</option>
            <option value="604800">7 days</option>
            <option value="2592000">30 days</option>
          </select>
        </label>
        <label class="grow">
          Because
          <input name="because" required maxLength={200} placeholder="dials Cuba at night" />
        </label>
        <button class="primary">Shut out</button>
      </form>
    </details>
  );
}

async function shutOut(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return;
  const fields = new FormData(form);
  const request = {
    target: fields.get('target'),
    seconds: Number(fields.get('seconds')),
    because: fields.get('because'),
  };
  const reply = await ask<{ ban: Ban }>('POST', '/bans', request);
  if ('error' in reply) return say(reply.error, true);
  form.reset();
  say(`${reply.body.ban.target} is shut out until ${dateTime(reply.body.ban.until)}.`);
  await loadBans();
}
