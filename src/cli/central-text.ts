import { basename } from 'node:path';
import type { CentralReport, CentralSite } from '../web/central.ts';
import type { Output } from './output.ts';
import { styled } from './output.ts';
import { table } from './table.ts';
import { wrap } from './text.ts';
import { relative, span } from './when.ts';

/** A line for each site, then what is wrong, within 80 columns. */
export function centralText(
  { version, folder, startedAt, problems, sites }: CentralReport,
  out: Output,
  now: number,
): string {
  const running = sites.filter(({ state }) => state === 'running').length;
  const head = `Ghostgate ${version}: ${running} of ${sites.length} sites of ${folder} run, up for ${span(now - startedAt)}`;
  const rows = sites.map((site) => [
    nameOf(site),
    site.state,
    links(site),
    site.mode ?? '-',
    site.bans === undefined ? '-' : String(site.bans),
    site.lastEventAt === undefined ? '-' : relative(site.lastEventAt, now),
    site.problems.length === 0 ? '' : String(site.problems.length),
  ]);
  const wrong = [
    ...problems,
    ...sites.flatMap((site) => site.problems.map((each) => `${nameOf(site)}: ${each}`)),
  ];
  return [
    styled(out, 'bold', head),
    ...(sites.length === 0 ? [] : ['', table(COLUMNS, rows)]),
    ...(wrong.length === 0
      ? [`\n${styled(out, 'green', sites.length === 0 ? 'There is no site.' : 'All is well.')}`]
      : [
          `\n${styled(out, 'red', 'Something is wrong:')}`,
          ...wrong.map((each) => wrap('- ', each)),
        ]),
  ].join('\n');
}

const COLUMNS = [
  { title: 'Site', atLeast: 12 },
  { title: 'State' },
  { title: 'PBX links' },
  { title: 'Mode' },
  { title: 'Bans' },
  { title: 'Last event', atLeast: 10 },
  { title: 'Wrong' },
];

/** A file whose site is not known is called by its own name. */
function nameOf({ site, file }: CentralSite): string {
  return site ?? basename(file);
}

function links({ pbxs = [] }: CentralSite): string {
  if (pbxs.length === 0) return '-';
  const up = pbxs.filter(({ state }) => state === 'up').length;
  return `${up} of ${pbxs.length} up`;
}
