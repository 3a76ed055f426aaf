import type { CanaryFacts } from './canary.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

/** Whether what reaches the PBX reaches Ghostgate. @param daemon whether one runs */
export function checkCanary(facts: CanaryFacts, daemon: boolean): Finding {
  const { flight, fault, answer = 0, event, eventMs = 0, verdict } = facts;
  if ('why' in flight) {
    return unseen(
      'canary',
      `whether events come was not tried: ${flight.why}`,
      'Call in from outside, and look whether it is told:',
      'ghostgate explain ADDRESS',
    );
  }
  const place = `${flight.host.includes(':') ? `[${flight.host}]` : flight.host}:${flight.port}`;
  const sent = `a harmless ${flight.method} to ${place}`;
  if (fault !== undefined || (answer === 0 && event === undefined)) {
    const what = `${sent} was not answered, and no event came${fault === undefined ? '' : ` (${fault})`}`;
    return warning(
      'canary',
      what,
      'Look where the PBX takes SIP, and whether this machine’s own filter drops it:',
      `ss -lunp | grep :${flight.port}`,
      'nft list ruleset',
    );
  }
  if (event === undefined) {
    const what = `the PBX answered ${sent} with ${answer}, and no event of it came: Ghostgate is blind`;
    return failed(
      'canary',
      what,
      'See what is said above of rights and filters; then load the PBX’s user again:',
      "asterisk -rx 'manager reload'    # FreeSWITCH: fs_cli -x 'reload mod_event_socket'",
    );
  }
  const told = `${sent} came back as ${event} after ${Math.round(eventMs)} ms`;
  if (verdict !== undefined)
    return ok('canary', `${told}, and Ghostgate said ${verdict.verdict} (${verdict.rule})`);
  if (daemon && flight.judged) {
    const what = `${told}, and the running Ghostgate gave no verdict on it`;
    return failed(
      'canary',
      what,
      'See what it says of this PBX, then start it anew:',
      'ghostgate status',
      'systemctl restart ghostgate',
    );
  }
  return ok('canary', daemon ? told : `${told}; no Ghostgate runs that could judge it`);
}
