import type { Clock } from '../../pbx/asterisk/examine/facts.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

/** What the PBX holds for us ends by its clock: a heartbeat after three seconds. */
const MOST_APART_SECONDS = 2;

/** @param gated the PBX looks things up that end by its clock */
export function checkClock({ seconds, askedAt, answeredAt }: Clock, gated: boolean): Finding {
  if (!Number.isFinite(seconds) || seconds <= 0) {
    return unseen('clock', 'the PBX does not tell its time', 'Compare the two by hand:', 'date -u');
  }
  // It cut its fraction off, so that its time lies within the second after what it said.
  const ahead = Math.max(0, seconds - answeredAt / 1000);
  const behind = Math.max(0, askedAt / 1000 - (seconds + 1));
  const apart = Math.max(ahead, behind);
  if (apart <= MOST_APART_SECONDS)
    return ok('clock', 'the clocks of the PBX and of this machine agree');
  const words = `the PBX’s clock is ${Math.round(apart)} s ${ahead > behind ? 'ahead of' : 'behind'} ours`;
  const lines = ['timedatectl set-ntp true', 'timedatectl timesync-status'];
  const say = 'Let both machines follow a time server:';
  if (!gated) return warning('clock', `${words}: times in logs do not match`, say, ...lines);
  const what =
    ahead > behind
      ? `${words}: the heartbeat is over before it is written, so the gate takes Ghostgate for dead`
      : `${words}: bans end late, and the gate takes a dead Ghostgate for alive as long`;
  return failed('clock', what, say, ...lines);
}
