import type { VerdictRow } from '../judge/record.ts';
import type { Ban } from '../judge/verdict.ts';
import type { Told } from './follow.ts';
import type { Style } from './output.ts';
import { pad } from './text.ts';
import { span } from './when.ts';

/** What `--only` may name. */
export const SORTS = ['pass', 'watch', 'reject', 'ban', 'released', 'notice', 'problem'] as const;
export type Sort = (typeof SORTS)[number];

/** One thing that happened: a line for people, an object for programs. */
export interface Happening {
  readonly at: number;
  readonly sort: Sort;
  readonly style?: Style;
  readonly text: string;
  /** The PBX it happened on; absent for what belongs to all. */
  readonly pbx?: string;
  readonly json: object;
}

export interface Filter {
  readonly pbx?: string;
  /** Everything when left out. */
  readonly only?: ReadonlySet<Sort>;
}

/** Turns what the daemon tells into what happened, oldest first, less what the filter keeps out. */
export function createTeller(filter: Filter): (told: Told, now: number) => Happening[] {
  /** Notices and problems that stand: only what is new is told. */
  let standing: ReadonlySet<string> | undefined;
  return (told, now) =>
    happenings(told, now).filter(
      ({ sort, pbx }) =>
        (filter.only === undefined || filter.only.has(sort)) &&
        (filter.pbx === undefined || pbx === undefined || pbx === filter.pbx),
    );

  function happenings(told: Told, now: number): Happening[] {
    if (told.kind === 'verdicts') {
      const rows = told.verdicts.map(ofVerdict);
      return told.skipped === 0 ? rows : [skipped(told.skipped, now), ...rows];
    }
    if (told.kind === 'ban') return [ofBan(told.ban)];
    if (told.kind === 'released') {
      const { target } = told;
      const text = `${target} is let in again`;
      return [
        { at: now, sort: 'released', style: 'green', text, json: { kind: 'released', target } },
      ];
    }
    const { notices, problems } = told.status;
    const before = standing;
    standing = new Set([...notices, ...problems]);
    const fresh = (texts: readonly string[], sort: 'notice' | 'problem'): Happening[] =>
      texts
        .filter((text) => before?.has(text) === false)
        .map((text) => ({ at: now, sort, style: 'yellow', text, json: { kind: sort, text } }));
    return [...fresh(notices, 'notice').toReversed(), ...fresh(problems, 'problem')];
  }
}

/** Verdicts of a flood that were left out are no verdict of their own, but belong to them all. */
function skipped(count: number, now: number): Happening {
  const text = `${count} verdicts of the same moment are left out`;
  return { at: now, sort: 'watch', style: 'dim', text, json: { kind: 'skipped', skipped: count } };
}

function ofVerdict(row: VerdictRow): Happening {
  const { seenAt, pbx, verdict, event, address, rule, why, account } = row;
  const who = account === undefined ? '' : ` ${account}`;
  const what =
    event === 'call'
      ? `${row.callingNumber ?? '?'} > ${row.calledNumber ?? '?'}, ${rule}`
      : event === 'call-ended'
        ? 'call ended'
        : event === rule
          ? `${event}${who}`
          : `${event}${who}, ${rule}`;
  const text = `${pad(address, 15)} ${what}: ${why}`;
  return {
    at: seenAt,
    sort: verdict,
    ...styleOf(row),
    text,
    json: { kind: 'verdict', ...row },
    pbx,
  };
}

function ofBan(ban: Ban): Happening {
  const { target, since, until, rule, why, quarantine, pbx } = ban;
  const length = `${span(until - since)}${quarantine ? ', quarantine' : ''}`;
  const text = `${target} is shut out for ${length}, ${rule}: ${why}`;
  const where = pbx === undefined ? {} : { pbx };
  return {
    at: since,
    sort: 'ban',
    style: 'red',
    text,
    json: { kind: 'shut-out', ...ban },
    ...where,
  };
}

function styleOf({ verdict, event }: VerdictRow): { style?: Style } {
  if (verdict === 'ban') return { style: 'red' };
  if (verdict === 'reject') return { style: 'yellow' };
  return verdict === 'pass' && event === 'call-ended' ? { style: 'dim' } : {};
}
