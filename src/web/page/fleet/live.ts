import { effect } from '@preact/signals';
import type { SiteRow, SiteView } from '../../../judge/fleet-view.ts';
import { ask } from '../api.ts';
import type { Head } from './state.ts';
import { by, entry, head, lostAt, now, open, rows, site, siteIn } from './state.ts';

const SITE_MS = 15_000;
const TICK_MS = 5000;

/** Asks who is there, then follows how the sites are until the login ends. */
export async function start(): Promise<void> {
  const reply = await ask<{ by: string }>('GET', '/you');
  if ('error' in reply) {
    if (reply.status === 401) entry.value = 'login';
    else {
      lostAt.value ??= now.value;
      setTimeout(() => void start(), 3000);
    }
    return;
  }
  by.value = reply.body.by;
  entry.value = 'in';
  lostAt.value = undefined;
  void loadSite();
  follow();
}

/** Keeps clock, address bar and what is shown together; called once. */
export function keepTime(): void {
  setInterval(() => (now.value = Date.now() - ahead), TICK_MS);
  setInterval(() => {
    if (entry.value === 'in' && !document.hidden) void loadSite();
  }, SITE_MS);
  addEventListener('hashchange', () => {
    open.value = siteIn(location.hash);
    site.value = undefined;
    void loadSite();
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('#main')?.focus();
  });
  effect(() => {
    document.title =
      open.value === undefined ? 'Ghostgate fleet' : `${open.value} · Ghostgate fleet`;
  });
}

/** Forgets everything: whoever sits down next must log in. */
export function leave(): void {
  source?.close();
  head.value = undefined;
  site.value = undefined;
  rows.value = new Map();
  entry.value = 'login';
}

let source: EventSource | undefined;
/** Of this browser's clock, ms: how long ago a site was heard is told by the page's own. */
let ahead = 0;

async function loadSite(): Promise<void> {
  const name = open.value;
  if (name === undefined) return;
  const reply = await ask<SiteView>('GET', `/fleet/sites/${encodeURIComponent(name)}`);
  // Another site may have been chosen meanwhile.
  if (open.value !== name) return;
  if ('body' in reply) site.value = reply.body;
  else if (reply.status === 404 || reply.status === 400) site.value = { missing: reply.error };
}

function follow(): void {
  source?.close();
  const stream = new EventSource('api/events');
  source = stream;
  let isFirst = true;
  stream.addEventListener('open', () => (isFirst = true));
  stream.addEventListener('fleet', ({ data }: MessageEvent<string>) => {
    const told: { head: Head; sites: SiteRow[] } = JSON.parse(data);
    lostAt.value = undefined;
    ahead = Date.now() - told.head.now;
    now.value = told.head.now;
    head.value = told.head;
    if (told.sites.length > 0 || isFirst) {
      const before = isFirst ? [] : rows.value;
      rows.value = new Map([...before, ...told.sites.map((row) => [row.site, row] as const)]);
    }
    isFirst = false;
    if (told.sites.some((row) => row.site === open.value)) void loadSite();
  });
  stream.addEventListener('error', () => {
    lostAt.value ??= now.value;
    if (stream.readyState !== EventSource.CLOSED) return;
    // The login is over, or there are too many streams: the next answer says which.
    setTimeout(() => void start(), 3000);
  });
}
