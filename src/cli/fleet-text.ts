import type { Operator } from '../fleet/operator.ts';
import type { Claim } from '../fleet/quorum.ts';
import { decide } from '../fleet/quorum.ts';
import { SILENT_MS } from '../fleet/ring-watch.ts';
import { whyUntellable } from '../fleet/shape.ts';
import type { SitePolicy } from '../judge/fleet-view.ts';
import { LAST_RING } from '../fleet/words.ts';
import { EXIT_NO } from './client.ts';
import type { FleetAction } from './fleet-operator.ts';
import { json } from './output.ts';
import { table } from './table.ts';
import { wrap } from './text.ts';
import { relative, span } from './when.ts';

/** Silent sites that `status` names. */
const NAMED = 20;

const noWords = (words: readonly string[]): string | undefined =>
  words.length === 0 ? undefined : 'it takes no words';

/** `ghostgate fleet sites`: exits 1 when one is not heard. */
export const sites: FleetAction = {
  mistake: noWords,
  async run(operator, _words, asked, out, now) {
    const rows = await siteRows(operator, now);
    if (asked.json) json(out, rows);
    else if (rows.length === 0) out.out('No site yet: ghostgate fleet add SITE KEY');
    else {
      const cells = rows.map((row) => [
        row.site,
        row.state,
        row.heardAt === undefined ? 'never' : relative(row.heardAt, now),
        row.mode,
        String(row.bans ?? ''),
        String(row.unsent ?? ''),
        row.version,
        row.ring,
        policyWords(row.policy),
      ]);
      out.out(table(SITE_COLUMNS, cells));
    }
    return rows.some(({ state }) => state === 'silent') ? EXIT_NO : 0;
  },
};

/** `ghostgate fleet status`: the same in a few lines. */
export const status: FleetAction = {
  mistake: noWords,
  async run(operator, _words, asked, out, now) {
    const rows = await siteRows(operator, now);
    const silent = rows.filter(({ state }) => state === 'silent').map(({ site }) => site);
    const told = groups(await operator.claims());
    const allowed = await operator.allowed();
    const report = {
      sites: rows.filter(({ state }) => state !== 'revoked').length,
      silent,
      revoked: rows.filter(({ state }) => state === 'revoked').length,
      sources: told.size,
      allowed: allowed.length,
    };
    if (asked.json) json(out, report);
    else {
      const more = silent.length > NAMED ? `, and ${silent.length - NAMED} more (fleet sites)` : '';
      const named = `${silent.slice(0, NAMED).join(', ')}${more}`;
      out.out(
        [
          wrap(
            'Sites      ',
            `${report.sites}, ${silent.length} of them silent${silent.length === 0 ? '' : `: ${named}`}`,
          ),
          `Revoked    ${report.revoked}`,
          `Told of    ${report.sources} sources now`,
          `Allowed    ${report.allowed} networks`,
        ].join('\n'),
      );
    }
    return silent.length === 0 ? 0 : EXIT_NO;
  },
};

/** `ghostgate fleet bans`: what is told of whom, and by which sites. */
export const bans: FleetAction = {
  mistake: noWords,
  async run(operator, _words, asked, out, now) {
    const told = [...groups(await operator.claims())].flatMap(([target, claims]) => {
      const decision = decide(claims, { provenFrom: 1, forgeableFrom: 1 }, now);
      return decision === undefined ? [] : [{ target, ...decision }];
    });
    if (asked.json) json(out, told);
    else if (told.length === 0) out.out('No site tells of anybody now.');
    else {
      const newest = told.toSorted((a, b) => b.until - a.until).slice(0, SHOWN);
      const rows = newest.map(({ target, proof, rules, sites: by, until }) => [
        target,
        proof,
        rules.join(', '),
        by.join(', '),
        span(until - now),
      ]);
      const more = told.length - newest.length;
      out.out(table(BAN_COLUMNS, rows) + (more > 0 ? `\nand ${more} more: --json` : ''));
    }
    return 0;
  },
};

const SHOWN = 100;

interface SiteRow {
  readonly site: string;
  readonly state: 'ok' | 'silent' | 'revoked';
  readonly heardAt?: number;
  readonly mode: string;
  readonly version: string;
  readonly bans?: number;
  readonly unsent?: number;
  readonly ring: string;
  /** Absent where its policy does not extend the fleet's. */
  readonly policy?: SitePolicy;
}

async function siteRows(operator: Operator, now: number): Promise<SiteRow[]> {
  const heard = new Map((await operator.states()).map((state) => [state.site, state]));
  const members = await operator.members();
  return members
    .toSorted((a, b) => a.site.localeCompare(b.site))
    .map(({ site, key, ring = LAST_RING }): SiteRow => {
      const last = heard.get(site);
      const isLate = last === undefined || now - last.at > SILENT_MS;
      return {
        site,
        state: key === undefined ? 'revoked' : isLate ? 'silent' : 'ok',
        ...(last === undefined ? {} : { heardAt: last.at }),
        mode: last?.report.mode ?? '',
        version: last?.report.version ?? '',
        ...(last === undefined ? {} : { bans: last.report.bans, unsent: last.unsent }),
        ring,
        ...(last?.report.policy === undefined ? {} : { policy: last.report.policy }),
      };
    });
}

/** `5`, or `4 not 5` where it has given a newer one up; the last column may be cut. */
function policyWords(policy: SitePolicy | undefined): string {
  if (policy === undefined) return '';
  const gone = policy.rolledBack ?? policy.refused;
  return gone === undefined ? String(policy.version) : `${policy.version} not ${gone.version}`;
}

function groups(claims: readonly { target: string; claim: Claim }[]): Map<string, Claim[]> {
  const found = new Map<string, Claim[]>();
  for (const { target, claim } of claims) {
    if (whyUntellable(target, 0) !== undefined) continue;
    found.set(target, [...(found.get(target) ?? []), claim]);
  }
  return found;
}

const SITE_COLUMNS = [
  { title: 'SITE', atLeast: 10 },
  { title: 'STATE' },
  { title: 'HEARD' },
  { title: 'MODE' },
  { title: 'BANS' },
  { title: 'UNSENT' },
  { title: 'VERSION', atLeast: 7 },
  { title: 'RING', atLeast: 4 },
  { title: 'POLICY', atLeast: 6 },
];
const BAN_COLUMNS = [
  { title: 'TARGET' },
  { title: 'PROOF' },
  { title: 'RULES', atLeast: 8 },
  { title: 'SITES', atLeast: 8 },
  { title: 'ENDS IN' },
];
