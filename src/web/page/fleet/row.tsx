import { Component } from 'preact';
import type { SiteRow, SiteState } from '../../../judge/fleet-view.ts';
import { ago, counted, dateTime, figure } from '../../format.ts';

interface RowProps {
  readonly row: SiteRow;
  readonly now: number;
  readonly hasPolicies: boolean;
}

/** One site. Drawn again only when it changed, or its time did. */
export class Row extends Component<RowProps> {
  override shouldComponentUpdate({ row, now, hasPolicies }: RowProps): boolean {
    const before = this.props;
    return (
      row !== before.row ||
      hasPolicies !== before.hasPolicies ||
      heardText(row, now) !== heardText(before.row, before.now)
    );
  }

  override render({ row, now, hasPolicies }: RowProps) {
    const { site, heardAt, mode, version, isOld, hour, bans, notices, policy } = row;
    const title = heardAt === undefined ? undefined : dateTime(heardAt);
    return (
      <tr class={toneOf(row)}>
        <th scope="row">
          <a href={`#site/${encodeURIComponent(site)}`}>
            <bdi>{site}</bdi>
          </a>
        </th>
        <td class="how">
          <State of={row} />
          <span class="sub" title={title}>
            {heardText(row, now)}
          </span>
          {row.troubles.length > 0 && (
            <ul class="troubles">
              {row.troubles.map(({ tone, text }) => (
                <li class={tone} key={text}>
                  <bdi>{text}</bdi>
                </li>
              ))}
            </ul>
          )}
        </td>
        <td class="links">
          <Links row={row} />
        </td>
        <td class="at-mode">
          <bdi class={mode === 'observe' ? 'observes' : ''}>{mode}</bdi>
        </td>
        <td class="version">
          <bdi>{version}</bdi>
          {isOld && <span class="sub">old</span>}
        </td>
        {hasPolicies && (
          <td class="policy">
            {policy !== undefined && (
              <bdi>
                {policy.ring}/{policy.version}
              </bdi>
            )}
          </td>
        )}
        <Num of={hour?.stopped} name="stopped/h" />
        <Num of={hour?.rang} name="rang/h" isBad={(hour?.rang ?? 0) > 0} />
        <Num of={hour?.good} name="good/h" />
        <Num of={hour?.bans} name="bans/h" />
        <Num of={heardAt === undefined ? undefined : bans} name="shut out" />
        <Num of={heardAt === undefined ? undefined : notices} name="notices" />
      </tr>
    );
  }
}

const WORDS: Readonly<Record<SiteState, string>> = {
  ok: 'ok',
  late: 'late',
  silent: 'silent',
  never: 'never heard',
  revoked: 'revoked',
};
/** A word and a shape: round is well, a triangle is to be watched, a square is bad. */
export function State({ of }: { of: SiteRow }) {
  // A site that is heard may tell that all is not well.
  const word = of.state === 'ok' && of.rank > 0 ? 'heard' : WORDS[of.state];
  return (
    <span class={`site-state ${toneOf(of)}`}>
      <span class="dot" aria-hidden="true" />
      {word}
    </span>
  );
}

const LEAST_BAD = 50;

function toneOf({ rank, state }: SiteRow): string {
  if (state === 'revoked') return 'off';
  return rank >= LEAST_BAD ? 'bad' : rank > 0 ? 'watch' : 'good';
}

function heardText({ heardAt }: SiteRow, now: number): string {
  return heardAt === undefined ? '' : ago(Math.min(heardAt, now), now);
}

const MOST_LINKS = 3;

function Links({ row: { pbxs, state: heard } }: { row: SiteRow }) {
  // What a silent site told of them may be long over.
  const isOld = heard === 'silent' || heard === 'revoked';
  const down = pbxs.filter(({ state }) => state !== 'up');
  const sorted = [...down, ...pbxs.filter(({ state }) => state === 'up')];
  const left = sorted.length - MOST_LINKS;
  return (
    <>
      {sorted.slice(0, MOST_LINKS).map(({ name, state }, nth) => (
        <span class={state === 'up' ? 'pbx' : 'pbx down'} key={`${name} ${nth}`}>
          <bdi>{name}</bdi>{' '}
          <span class="is">
            {isOld && 'was '}
            <bdi>{state}</bdi>
          </span>
        </span>
      ))}
      {left > 0 && <span class="sub">and {counted(left, 'more', 'more')}</span>}
    </>
  );
}

function Num({
  of,
  name,
  isBad = false,
}: {
  of: number | undefined;
  name: string;
  isBad?: boolean;
}) {
  return (
    <td class={`num ${isBad ? 'wrong' : ''} ${of === undefined ? 'unknown' : ''}`} data-name={name}>
      {of === undefined ? '–' : figure(of)}
    </td>
  );
}
