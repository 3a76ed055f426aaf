import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { VerdictRow } from '../../judge/record.ts';
import type { AlikeRow } from '../alike.ts';
import { alike } from '../alike.ts';
import type { Explanation } from '../explanation.ts';
import { ask } from './api.ts';
import { dateTime, length, moment } from '../format.ts';
import { LetIn } from './let-in.tsx';
import { mayAct, now, story } from './state.ts';
import { Rule, Times, Verdict } from './verdict.tsx';

const MOST_VERDICTS = 50;

/** The story of one source, over the page: what it did, what was decided, and why. */
export function Story({ target }: { target: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const told = useSignal<Explanation | undefined>(undefined);
  const error = useSignal('');
  const read = async (): Promise<void> => {
    const reply = await ask<Explanation>('GET', `/explain/${encodeURIComponent(target)}`);
    if ('error' in reply) error.value = reply.error;
    else told.value = reply.body;
  };
  useEffect(() => {
    dialog.current?.showModal();
    void read();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="story-title"
      onClose={() => (story.value = undefined)}
      onClick={({ target: pressed }) => {
        if (pressed === dialog.current) dialog.current?.close();
      }}
    >
      <div class="story">
        <div class="head">
          <h2 id="story-title" class="mono">
            {target}
          </h2>
          <button class="plain" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
        <p class="problem" role="alert">
          {error.value}
        </p>
        {told.value === undefined ? (
          <p class="empty">Reading…</p>
        ) : (
          <Told it={told.value} again={read} />
        )}
      </div>
    </dialog>
  );
}

function Told({ it, again }: { it: Explanation; again: () => Promise<void> }) {
  const { known, shutOut, graceUntil, standing, verdicts, bans } = it;
  return (
    <>
      <p class="standing">
        {known === undefined ? 'A stranger.' : `Known: ${known}.`}{' '}
        {shutOut !== undefined &&
          `Shut out by ${shutOut.rule} for ${length(shutOut.until - now.value)} more: ${shutOut.why}.`}
        {graceUntil !== undefined && ` Nothing shuts it out before ${dateTime(graceUntil)}.`}
      </p>
      {shutOut !== undefined && mayAct.value && (
        <p class="actions">
          <LetIn target={it.target} done={() => void again()} />
        </p>
      )}
      <h3>What is remembered</h3>
      {standing.length === 0 ? (
        <p class="empty">Nothing: it was quiet for long, or never seen.</p>
      ) : (
        <ul>
          {standing.map((sentence) => (
            <li key={sentence}>
              <bdi>{sentence}</bdi>
            </li>
          ))}
        </ul>
      )}
      {bans.length > 0 && (
        <>
          <h3>Bans</h3>
          <ul>
            {bans.map(({ since, until, rule, why, ended }) => (
              <li key={since}>
                {dateTime(since)} to {dateTime(ended?.at ?? until)}:{' '}
                <span class="rule">{rule}</span> <bdi>{why}</bdi>
                {ended?.how === 'released' && `; let in by ${ended.by ?? 'a person'}`}
              </li>
            ))}
          </ul>
        </>
      )}
      {verdicts.length > 0 && (
        <>
          <h3>Verdicts</h3>
          <ul class="told">
            {toldOnce(verdicts).map((row) => (
              <li key={row.key}>
                <span class="at">{moment(row.seenAt)}</span> <Verdict of={row} /> <Times of={row} />{' '}
                <Rule rule={row.rule} /> <bdi>{row.why}</bdi>
                {row.calledNumber !== undefined && (
                  <>
                    ; dialled <bdi class="mono">{row.calledNumber}</bdi>
                  </>
                )}
                {row.userAgent !== undefined && (
                  <>
                    ; calls itself <bdi>{row.userAgent}</bdi>
                  </>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function toldOnce(verdicts: readonly VerdictRow[]): AlikeRow[] {
  return alike(verdicts.map((row, key) => ({ ...row, key }))).slice(0, MOST_VERDICTS);
}
