import type { Clock } from '../../pbx/asterisk/examine/facts.ts';
import { type Finding, ok, warning } from './finding.ts';

/** A stranger's call waits 100 ms at most, and two round trips stand in it, with what Ghostgate needs. */
const MOST_MS = 30;

/**
 * What is so of a PBX on another machine alone: how far away it is, and where what the other
 * findings say is to be done.
 */
export function checkRemote(
  { askedAt, answeredAt }: Pick<Clock, 'askedAt' | 'answeredAt'>,
  found: readonly Finding[],
  gated: boolean,
): Finding[] {
  const ms = Math.round(answeredAt - askedAt);
  const far = `a question to the PBX takes ${ms} ms`;
  const distance =
    gated && ms > MOST_MS
      ? warning(
          'distance',
          `${far}: a stranger whom the policy lets through may not be marked in time, and is refused`,
          'Trunks, trusted networks and phones do not wait. For strangers run Ghostgate nearer:',
          'docs/central.md, "How far away a PBX may be"',
        )
      : ok('distance', far);
  const installs = found.some(({ fix }) => fix?.lines?.some((line) => INSTALL.test(line)) === true);
  if (!installs) return [distance];
  return [
    distance,
    warning(
      'remote',
      'the PBX is another machine: ghostgate install here would change this one',
      'Run it on a copy of its configuration, and bring back what it changed; docs/central.md:',
      'ghostgate install asterisk --etc COPY --secrets DIR --state DIR',
      'ghostgate install freeswitch --conf COPY --secrets DIR --state DIR',
    ),
  ];
}

const INSTALL = /^ghostgate install /;
