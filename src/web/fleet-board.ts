import type { FleetView, SiteRow } from '../judge/fleet-view.ts';

/** The rows of a fleet as they change, looked at once however many pages are open. */
export interface Board {
  /**
   * JSON of everything but the rows, and of the rows that changed after a look; all for 0.
   * @returns `look`, to ask on from
   */
  since(look: number): { readonly look: number; readonly json: string };
}

/** A thousand rows take some milliseconds. */
const LEAST_MS = 1000;

export function createBoard(view: () => FleetView, now: () => number): Board {
  const rows = new Map<string, { readonly json: string; readonly look: number }>();
  let look = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let head = '';

  const refresh = (): void => {
    if (now() - lookedAt < LEAST_MS && now() >= lookedAt) return;
    lookedAt = now();
    look++;
    const { sites, ...rest } = view();
    head = JSON.stringify(rest);
    for (const row of sites) put(row);
  };
  const put = (row: SiteRow): void => {
    const json = JSON.stringify(row);
    if (rows.get(row.site)?.json !== json) rows.set(row.site, { json, look });
  };

  return {
    since(before) {
      refresh();
      const changed = [...rows.values()].filter((row) => row.look > before);
      const sites = changed.map(({ json }) => json).join(',');
      return { look, json: `{"head":${head},"sites":[${sites}]}` };
    },
  };
}
