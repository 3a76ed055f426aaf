import { effect } from '@preact/signals';
import type { VerdictRow } from '../../judge/record.ts';
import { ask } from './api.ts';
import type { Status, You } from './state.ts';
import {
  addRows,
  audit,
  bans,
  day,
  entry,
  history,
  keyed,
  loadAudit,
  loadBans,
  loadHistory,
  lostAt,
  now,
  rows,
  span,
  status,
  view,
  viewOf,
  you,
} from './state.ts';

const HISTORY_MS = 20_000;
const FIRST_ROWS = 50;

/** Asks who is there, then follows what happens until the login ends. */
export async function start(): Promise<void> {
  const reply = await ask<Status & { you: You }>('GET', '/status');
  if ('error' in reply) {
    if (reply.status === 401) entry.value = 'login';
    else {
      lostAt.value ??= Date.now();
      setTimeout(() => void start(), 3000);
    }
    return;
  }
  you.value = reply.body.you;
  status.value = reply.body;
  entry.value = 'in';
  lostAt.value = undefined;
  void loadBans();
  void loadHistory();
  if (view.value === 'audit') void loadAudit();
  void firstRows();
  follow();
}

/** Keeps clock, address bar and what is shown together; called once. */
export function keepTime(): void {
  setInterval(() => (now.value = Date.now()), 1000);
  setInterval(() => {
    if (entry.value === 'in' && !document.hidden) void loadHistory();
  }, HISTORY_MS);
  addEventListener('hashchange', () => {
    view.value = viewOf(location.hash);
    if (view.value === 'audit') void loadAudit();
    // The header stands over the page's top: focus alone would scroll the title beneath it.
    document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  effect(() => {
    const site = status.value?.site;
    document.title = site === undefined ? 'Ghostgate' : `${site} · Ghostgate`;
  });
  let shown = span.value;
  effect(() => {
    if (span.value === shown) return;
    shown = span.value;
    void loadHistory();
  });
}

/** Forgets everything: whoever sits down next must log in. */
export function leave(): void {
  source?.close();
  for (const one of [status, you, bans, audit, rows, history, day]) one.value = undefined;
  entry.value = 'login';
}

let source: EventSource | undefined;

async function firstRows(): Promise<void> {
  const reply = await ask<{ verdicts: VerdictRow[] }>('GET', `/verdicts?limit=${FIRST_ROWS}`);
  if ('body' in reply) rows.value = keyed(reply.body.verdicts);
}

function follow(): void {
  source?.close();
  const stream = new EventSource('api/events');
  source = stream;
  stream.addEventListener('status', ({ data }: MessageEvent<string>) => {
    const report: Status = JSON.parse(data);
    lostAt.value = undefined;
    const before = status.value;
    status.value = report;
    if (before?.bans.active !== report.bans.active) soon(loadBans);
    // Another process serves now: what was shown may be long past.
    if (before !== undefined && before.startedAt !== report.startedAt) soon(firstRows);
  });
  stream.addEventListener('verdicts', ({ data }: MessageEvent<string>) => {
    const event: { verdicts: VerdictRow[]; skipped: number } = JSON.parse(data);
    addRows(event.verdicts, event.skipped);
    if (span.value === 24) soon(loadHistory, 6000);
  });
  for (const kind of ['ban', 'released']) stream.addEventListener(kind, () => soon(loadBans, 1000));
  stream.addEventListener('error', () => {
    lostAt.value ??= Date.now();
    if (stream.readyState !== EventSource.CLOSED) return;
    // The login is over, or there are too many streams: the status says which.
    setTimeout(() => void start(), 3000);
  });
}

const waiting = new Set<() => Promise<void>>();

/** Many events in a moment are one question to the daemon. */
function soon(load: () => Promise<void>, ms = 400): void {
  if (waiting.has(load)) return;
  waiting.add(load);
  setTimeout(() => {
    waiting.delete(load);
    void load();
  }, ms);
}
