import { computed, signal } from '@preact/signals';
import type { AuditEntry } from '../../judge/audit.ts';
import type { History } from '../../judge/history.ts';
import type { VerdictRow } from '../../judge/record.ts';
import type { Ban } from '../../judge/verdict.ts';
import type { StatusReport } from '../status-report.ts';
import { ask } from './api.ts';

export interface Status extends StatusReport {
  readonly problems: readonly string[];
}
export interface You {
  readonly by: string;
  readonly may: 'read' | 'act';
}
export type View = 'overview' | 'bans' | 'audit';
export type Span = 24 | 168 | 720 | 2160;

/** A verdict with a number of its own, so that the list need not guess which row is which. */
export interface LiveRow extends VerdictRow {
  readonly key: number;
}

export const you = signal<You | undefined>(undefined);
/** `unknown` until the first answer. */
export const entry = signal<'unknown' | 'login' | 'in'>('unknown');
export const status = signal<Status | undefined>(undefined);
export const bans = signal<readonly Ban[] | undefined>(undefined);
export const audit = signal<readonly AuditEntry[] | undefined>(undefined);
export const rows = signal<readonly LiveRow[] | undefined>(undefined);
export const skipped = signal(0);
export const paused = signal(false);
export const span = signal<Span>(24);
export const history = signal<History | undefined>(undefined);
/** The last day, whatever span is looked at: the headline's figures. */
export const day = signal<History | undefined>(undefined);
export const lostAt = signal<number | undefined>(undefined);
export const now = signal(Date.now());
export const view = signal<View>(viewOf(location.hash));
/** Address whose story is open. */
export const story = signal<string | undefined>(undefined);
/** What was just done, for eyes and screen readers. */
export const said = signal<{ readonly text: string; readonly isError: boolean } | undefined>(
  undefined,
);

export const isObserving = computed(() => status.value?.mode === 'observe');
export const mayAct = computed(() => you.value?.may === 'act');

const ROWS_KEPT = 80;
let keys = 0;

export function keyed(verdicts: readonly VerdictRow[]): LiveRow[] {
  return verdicts.map((row) => ({ ...row, key: ++keys }));
}

/** @param fresh oldest first, as they happened */
export function addRows(fresh: readonly VerdictRow[], left: number): void {
  if (paused.value) return;
  rows.value = [...keyed(fresh).toReversed(), ...(rows.value ?? [])].slice(0, ROWS_KEPT);
  skipped.value += left;
}

let sayTimer: ReturnType<typeof setTimeout> | undefined;
export function say(text: string, isError = false): void {
  said.value = { text, isError };
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => (said.value = undefined), isError ? 12_000 : 6000);
}

export function viewOf(hash: string): View {
  const name = hash.slice(1);
  return name === 'bans' || name === 'audit' ? name : 'overview';
}

export async function loadBans(): Promise<void> {
  const reply = await ask<{ bans: Ban[] }>('GET', '/bans?limit=2000');
  if ('body' in reply) bans.value = reply.body.bans;
}

export async function loadAudit(): Promise<void> {
  const reply = await ask<{ audit: AuditEntry[] }>('GET', '/audit?limit=300');
  if ('body' in reply) audit.value = reply.body.audit;
}

export async function loadHistory(): Promise<void> {
  const wanted = span.value;
  const [chosen, last] = await Promise.all([
    ask<History>('GET', `/history?hours=${wanted}`),
    wanted === 24 ? undefined : ask<History>('GET', '/history?hours=24'),
  ]);
  // Another span may have been chosen meanwhile.
  if ('body' in chosen && wanted === span.value) history.value = chosen.body;
  const newest = last ?? chosen;
  if ('body' in newest) day.value = newest.body;
}

/** Lets a source in again; true when the daemon did it. */
export async function letIn(target: string): Promise<boolean> {
  const reply = await ask<{ released: boolean; graceUntil: number }>(
    'DELETE',
    `/bans/${encodeURIComponent(target)}`,
    { because: 'released on the page' },
  );
  if ('error' in reply) {
    say(`${target} stays shut out: ${reply.error}`, true);
    return false;
  }
  bans.value = bans.value?.filter((ban) => ban.target !== target);
  say(`${target} is let in again; no rule shuts it out for now.`);
  return true;
}
