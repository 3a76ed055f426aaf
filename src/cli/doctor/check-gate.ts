import type { AsteriskFacts, Door } from '../../pbx/asterisk/examine/facts.ts';
import { gapOf } from '../../pbx/asterisk/examine/dialplan.ts';
import type { GatePolicy } from '../../policy/policy.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

const INSTALL = 'ghostgate install asterisk    # or: ghostgate install freepbx';

/** Whether the gate is there and is told what it needs. @param now seconds since the epoch by the PBX's clock */
export function checkGate(
  { loaded, outdated, alive, closed, held }: AsteriskFacts['gate'],
  { enabled }: GatePolicy,
  now: number,
): Finding {
  if (!enabled && loaded) {
    const what =
      'the gate stands in the dialplan, and the policy does not keep it: it lets everybody through';
    return warning('gate', what, 'Write into the policy:', 'gate: { enabled: true }');
  }
  if (!enabled) {
    const what = 'there is no gate: a ghost call is hung up while it begins to ring';
    return warning(
      'gate',
      what,
      'Put it in, then into the policy:',
      INSTALL,
      'gate: { enabled: true }',
    );
  }
  if (!loaded) {
    const what =
      'the policy has a gate, and the dialplan of the PBX holds no [ghostgate-gate]: strangers’ calls ring before they are judged';
    return failed(
      'gate',
      what,
      'Put it in, or load it again when its files are there:',
      INSTALL,
      "asterisk -rx 'dialplan reload'",
    );
  }
  if (outdated && (held?.checked.size ?? 0) > 0) {
    const what =
      'the gate in the dialplan is one of an earlier version: calls of trunks with caller_id rules or junk patterns are refused while Ghostgate is away';
    return failed('gate', what, 'Put the new one in:', INSTALL, "asterisk -rx 'dialplan reload'");
  }
  return checkHeartbeat(alive, closed, now);
}

/** Whether somebody judges; all three in seconds since the epoch, by the PBX's clock. */
export function checkHeartbeat(alive: number, closed: number, now: number): Finding {
  if (alive > now) return ok('gate', 'the gate is in force, and somebody judges');
  const away =
    closed > now ? 'strangers’ calls are refused' : 'strangers’ calls go through and ring';
  const what = `the gate is loaded, and nobody judges (no heartbeat): meanwhile ${away}`;
  return warning(
    'gate',
    what,
    'Start Ghostgate; if it runs, see what it says of this PBX:',
    'systemctl start ghostgate',
    'ghostgate status',
  );
}

/** One finding for each way in: whether its calls pass the gate first. */
export function checkDoors(
  {
    doors,
    dialplan,
    gate,
    actions,
  }: Pick<AsteriskFacts, 'doors' | 'dialplan' | 'gate' | 'actions'>,
  { enabled }: GatePolicy,
): Finding[] {
  if (doors === undefined || actions?.has('ShowDialPlan') === false) {
    const what =
      'by which ways strangers come in, and whether the gate stands before them, is not told';
    const say = 'Give the AMI user write = system,call,reporting in manager.conf, then look again.';
    return [unseen('doors', what, say)];
  }
  const open = doors.filter(({ by }) => by !== 'address');
  if (open.length === 0) {
    const what = 'no stranger’s call reaches the dialplan: it takes a password, or a fixed address';
    return [ok('doors', what)];
  }
  return open.map((door) => {
    const gap = gate.loaded ? gapOf(dialplan, door.context) : 'there is no gate';
    if (gap === undefined) return ok('doors', `${wayOf(door)}; the gate comes first`);
    const what = `${wayOf(door)}, and it rings before it is judged (${gap})`;
    const say = `Either put the gate before it, or close it: ${CLOSE[door.driver][door.by]}.`;
    return enabled ? failed('doors', what, say, INSTALL) : warning('doors', what, say, INSTALL);
  });
}

function wayOf({ driver, endpoint, context, by }: Door): string {
  if (endpoint === '') return `anybody can call into [${context}] (${driver}, allowguest)`;
  if (by === 'guests')
    return `anybody can call into [${context}] (${driver}, endpoint ${endpoint})`;
  const who =
    by === 'name'
      ? `whoever writes ${endpoint} into From`
      : `any address that is taken for ${endpoint}`;
  return `${who} can call into [${context}] without a password (${driver})`;
}

const CLOSE = {
  chan_pjsip: {
    guests:
      'take the endpoint out of pjsip.conf; on FreePBX set “Allow Anonymous Inbound SIP Calls” to No',
    name: 'identify_by = ip in its section, so that its address alone counts',
    'any-address': 'name its addresses under match in its identify section',
    address: '',
  },
  chan_sip: {
    guests: 'allowguest = no in [general] of sip.conf; on FreePBX set “Allow SIP Guests” to No',
    name: 'type = peer in its section of sip.conf, so that its address alone counts',
    'any-address': 'give it a secret, or host = with its address, in sip.conf',
    address: '',
  },
} as const;
