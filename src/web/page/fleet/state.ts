import { computed, signal } from '@preact/signals';
import type { FleetView, SiteRow, SiteView } from '../../../judge/fleet-view.ts';

/** Everything of the fleet but its rows. */
export type Head = Omit<FleetView, 'sites'>;
/** What the tiles show: all sites, or those with something of the kind. */
export type Filter = 'all' | 'trouble' | 'stopped' | 'rang';
export type Sort = 'worst' | 'name' | 'stopped' | 'quiet' | 'bans';

/** `unknown` until the first answer. */
export const entry = signal<'unknown' | 'login' | 'in'>('unknown');
export const by = signal('');
export const head = signal<Head | undefined>(undefined);
/** By name. A row that did not change stays the same object. */
export const rows = signal<ReadonlyMap<string, SiteRow>>(new Map());
export const lostAt = signal<number | undefined>(undefined);
export const now = signal(Date.now());
export const wanted = signal('');
export const filter = signal<Filter>('all');
export const sort = signal<Sort>('worst');
/** Name of the site that is looked at, and what is known of it. */
export const open = signal<string | undefined>(siteIn(location.hash));
export const site = signal<SiteView | { readonly missing: string } | undefined>(undefined);
/** What was just done, for eyes and screen readers. */
export const said = signal('');

export const found = computed((): readonly SiteRow[] => {
  const text = wanted.value.trim().toLowerCase();
  return [...rows.value.values()]
    .filter((row) => FILTERS[filter.value](row) && (text === '' || holds(row, text)))
    .toSorted((a, b) => SORTS[sort.value](a, b) || SORTS.worst(a, b) || (a.site < b.site ? -1 : 1));
});

/** Whether any site runs a policy of the centre's. */
export const hasPolicies = computed(() =>
  [...rows.value.values()].some(({ policy }) => policy !== undefined),
);

export function siteIn(hash: string): string | undefined {
  const [, name] = /^#site\/(.{1,200})$/.exec(hash) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

let sayTimer: ReturnType<typeof setTimeout> | undefined;
export function say(text: string): void {
  said.value = text;
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => (said.value = ''), 6000);
}

const FILTERS: Readonly<Record<Filter, (row: SiteRow) => boolean>> = {
  all: () => true,
  trouble: ({ rank }) => rank > 0,
  stopped: ({ hour }) => (hour?.stopped ?? 0) > 0,
  rang: ({ hour }) => (hour?.rang ?? 0) > 0,
};

const SORTS: Readonly<Record<Sort, (a: SiteRow, b: SiteRow) => number>> = {
  worst: (a, b) =>
    Number(a.state === 'revoked') - Number(b.state === 'revoked') ||
    b.rank - a.rank ||
    b.troubles.length - a.troubles.length,
  name: (a, b) => a.site.localeCompare(b.site),
  stopped: (a, b) => (b.hour?.stopped ?? -1) - (a.hour?.stopped ?? -1),
  quiet: (a, b) => (a.heardAt ?? 0) - (b.heardAt ?? 0),
  bans: (a, b) => b.bans - a.bans,
};

function holds(row: SiteRow, text: string): boolean {
  const { site: name, state, mode, version, pbxs, troubles } = row;
  const texts = [name, state, mode, version, ...pbxs.map((pbx) => `${pbx.name} ${pbx.state}`)];
  return [...texts, ...troubles.map((trouble) => trouble.text)].some((each) =>
    each.toLowerCase().includes(text),
  );
}
