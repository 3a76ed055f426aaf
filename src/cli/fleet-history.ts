import type { Base } from '../fleet/base.ts';
import { ringsOf, withRing } from '../fleet/operator-bases.ts';
import { reason } from '../fleet/order.ts';
import type { RingOrder, RolloutOrder } from '../fleet/rollout-order.ts';
import type { Asked } from './args.ts';
import { EXIT_NO } from './client.ts';
import { baseDiff } from './fleet-base-file.ts';
import type { FleetAction, Refusal } from './fleet-operator.ts';
import { NO_REASON, ringMistake } from './fleet-orders.ts';
import { fail, json } from './output.ts';
import { table } from './table.ts';
import { wrap } from './text.ts';
import { localTime } from './when.ts';

/** `ghostgate fleet history`: what was published, newest first. */
export const history: FleetAction = {
  mistake: (words) => (words.length === 0 ? undefined : 'history takes no words'),
  async run(operator, _words, asked, out) {
    const order = await operator.rollout();
    const rings = ringsOf(order);
    const rows = (await operator.bases()).toReversed().map(({ version, at, because }) => {
      const having = rings.filter((each) => each.version === version).map(({ ring }) => ring);
      return { version, at, because, rings: having };
    });
    if (asked.json) json(out, rows);
    else if (rows.length === 0) out.out('Nothing was published yet: ghostgate fleet publish FILE');
    else {
      const cells = rows.map(({ version, at, rings: having, because }) => [
        String(version),
        localTime(at),
        having.join(', '),
        because,
      ]);
      out.out(table(COLUMNS, cells));
      if (order === undefined) return 0;
      out.out(wrap('', `The last order, ${localTime(order.at)}: ${order.because}`));
    }
    return 0;
  },
};

/** `ghostgate fleet diff [A] [B]`: how two versions differ. */
export const diff: FleetAction = {
  mistake([a = '1', b = '1', more]) {
    const isGood = more === undefined && VERSION.test(a) && VERSION.test(b);
    return isGood ? undefined : 'say diff, diff VERSION or diff VERSION VERSION';
  },
  async run(operator, [a, b], asked, out) {
    const bases = await operator.bases();
    const to = b ?? String(bases.at(-1)?.version ?? 0);
    const from = a ?? String(bases.at(-2)?.version ?? 0);
    const [before, after] = [from, to].map((version) => baseOf(bases, Number(version)));
    if (before === undefined || after === undefined) {
      const { what, hint } = noVersion(bases);
      return fail(out, EXIT_NO, what, hint);
    }
    const found = baseDiff(named(before), named(after));
    if (asked.json) json(out, { from: before.version, to: after.version, diff: found });
    else out.out(found === '' ? 'They are the same.' : found);
    return 0;
  },
};

/** `ghostgate fleet rollback`: the rings go back, at once. */
export const back: FleetAction = {
  mistake(words, { values }) {
    if (words.length > 0) return 'say rollback [--to VERSION] [--ring RING] --because TEXT';
    if (reason(values['because']) === undefined) return NO_REASON;
    if (!VERSION.test(values['to'] ?? '0')) return '--to is the number of a version, or 0 for none';
    return values['ring'] === undefined ? undefined : ringMistake(values['ring']);
  },
  async run(operator, _words, asked, out) {
    const bases = await operator.bases();
    const because = reason(asked.values['because']) ?? '';
    let moved: readonly Moved[] = [];
    const done = await operator.changeRollout((standing) => {
      const way = wayBack(standing, bases, asked.values);
      if ('why' in way) return way;
      ({ moved } = way);
      const soakSeconds = standing?.soakSeconds ?? 0;
      return { made: { order: 'rollout', rings: way.rings, soakSeconds, because } };
    });
    if ('why' in done) return fail(out, EXIT_NO, done.why.what, done.why.hint);
    if (asked.json) json(out, moved);
    else {
      for (const { ring, version } of moved) {
        const words = version === 0 ? "none, each site's own file alone" : `version ${version}`;
        out.out(`${ring}: ${words}`);
      }
    }
    return 0;
  },
};

const VERSION = /^\d{1,9}$/;
const COLUMNS = [
  { title: 'VERSION' },
  { title: 'WHEN' },
  { title: 'RINGS', atLeast: 8 },
  { title: 'WHY', atLeast: 8 },
];

/** Version 0 is nothing at all. */
function baseOf(
  bases: readonly Base[],
  version: number | undefined,
): Pick<Base, 'version' | 'text'> | undefined {
  return version === 0 ? { version: 0, text: '' } : bases.find((each) => each.version === version);
}

function named({ version, text }: Pick<Base, 'version' | 'text'>) {
  return { name: `version ${version}`, text };
}

interface Moved {
  readonly ring: string;
  readonly version: number;
}

/** What stands, with these rings gone back. */
function wayBack(
  standing: RolloutOrder | undefined,
  bases: readonly Base[],
  { ring: only, to }: Asked['values'],
): { rings: readonly RingOrder[]; moved: readonly Moved[] } | { why: Refusal } {
  let rings = ringsOf(standing);
  const meant = rings.filter(({ ring }) => only === undefined || ring === only);
  if (meant.length === 0) {
    const hint = 'ghostgate fleet history';
    return { why: { what: 'no such ring was told anything', hint } };
  }
  const since = Date.now();
  const moved: Moved[] = [];
  for (const each of meant) {
    const base = baseOf(bases, to === undefined ? each.before : Number(to));
    if (base === undefined) return { why: to === undefined ? noWay(each) : noVersion(bases) };
    rings = withRing(rings, each.ring, base.version === 0 ? undefined : base, since, false);
    moved.push({ ring: each.ring, version: base.version });
  }
  return { rings, moved };
}

function noVersion(bases: readonly Base[]): Refusal {
  const range = `${bases[0]?.version ?? 0} to ${bases.at(-1)?.version ?? 0}`;
  return { what: `there is no such version, only ${range}`, hint: 'ghostgate fleet history' };
}

function noWay({ ring, version }: RingOrder): Refusal {
  const hint = 'ghostgate fleet history, then rollback --to VERSION';
  return { what: `what ring ${ring} had before version ${version} is not known`, hint };
}
