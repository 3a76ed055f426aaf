import { prefixTable } from '../../event/network.ts';
import type { Held } from '../../enforce/held-bans.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

/** One trunk, or a trusted network, with every address it has now. */
export interface Allowed {
  /** Like `trunk gntel`, `trusted network 10.20.0.0/16`. */
  readonly name: string;
  /** Canonical addresses and prefixes, DNS answers included. */
  readonly networks: readonly string[];
}

/** What the gate of one PBX lets through at once. */
export interface GateHolds {
  readonly pbx: string;
  /** Keys of `trust`, `carrier` and `checked` together, until when each counts (s). */
  readonly until: ReadonlyMap<string, number>;
  /** The PBX's own time, in seconds. */
  readonly now: number;
  /** Reports whether the gate can look such a key up. */
  readonly canHold: (key: string) => boolean;
}

/** Whether nobody shuts this one out, and the gates know it. */
export function checkAllowed(allowed: Allowed, held: Held, gates: readonly GateHolds[]): Finding[] {
  const bans = bansOf(allowed, held);
  if (bans.length > 0) return bans;
  const strangers = gates.flatMap((gate) => strangersOf(allowed, gate));
  if (strangers.length > 0) return strangers;
  const size = allowed.networks.length;
  if (size === 0) return [];
  const where = held.places.map(({ place }) => place).join(', ') || 'nothing is in use';
  const known = gates.length === 0 ? '' : '; the gate knows it';
  return [ok('allowed', `${allowed.name}: shut out nowhere (${where})${known}`)];
}

/** Places that could not be looked at. */
export function checkPlaces({ unseen: places }: Held): Finding[] {
  return places.map((place) =>
    unseen(
      'allowed',
      `whom it shuts out cannot be seen: ${place}`,
      'Run ghostgate doctor as root, on the machine where Ghostgate runs.',
    ),
  );
}

function bansOf({ name, networks }: Allowed, { places }: Held): Finding[] {
  const table = prefixTable(networks.map((network) => [network, network] as const));
  return places.flatMap(({ place, targets, release }) => {
    const hit = targets.filter((target) => table.overlaps(target) !== undefined);
    if (hit.length === 0) return [];
    const some = hit.slice(0, MOST_SHOWN);
    const more = hit.length > some.length ? ` and ${hit.length - some.length} more` : '';
    const what = `${name} is shut out by ${place}: ${some.join(', ')}${more}`;
    return [
      failed('allowed', what, 'Let it in now; its calls are being lost:', ...some.map(release)),
    ];
  });
}

/** Only what the gate looks up by its address alone must stand in it; of wide networks it learns. */
function strangersOf(
  { name, networks }: Allowed,
  { pbx, until, now, canHold }: GateHolds,
): Finding[] {
  const due = networks.filter((network) => !network.includes('/') && canHold(network));
  const missing = due.filter((network) => (until.get(network) ?? 0) <= now);
  if (missing.length === 0) return [];
  const what = `${name}: the gate of ${pbx} does not know ${missing.slice(0, MOST_SHOWN).join(', ')}: its calls wait up to 100 ms, and are refused while Ghostgate is away`;
  return [
    warning(
      'allowed',
      what,
      'Ghostgate writes the list as soon as it runs and the link is up:',
      'systemctl restart ghostgate',
      'ghostgate status',
    ),
  ];
}

const MOST_SHOWN = 5;
