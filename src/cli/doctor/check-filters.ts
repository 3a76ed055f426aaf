import type { AsteriskFacts } from '../../pbx/asterisk/examine/facts.ts';
import { userLine } from './check-rights.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

/** Whether the PBX keeps forged events off the sessions that believe what they read. */
export function checkFilters(
  { filtered, eventFilters }: Pick<AsteriskFacts, 'filtered' | 'eventFilters'>,
  user: string,
): Finding {
  if (!filtered) {
    const what =
      'the PBX takes none of our event filters, so one INVITE can forge whole events: security events are not read';
    return failed('filters', what, ...userLine(user, 'write = system,call,reporting'));
  }
  if (eventFilters.length > 0) {
    const what = `[${user}] in manager.conf holds eventfilter lines: they blind the session that watches for forged events`;
    return warning(
      'filters',
      what,
      'Take these lines out; Ghostgate installs its filters itself:',
      ...eventFilters.map((filter) => `eventfilter = ${filter}`),
      "asterisk -rx 'manager reload'",
    );
  }
  return ok('filters', 'the PBX takes the event filters against forged events');
}
