import { PBX, TRUNK, TRUNK6 } from '../../test/lab/net.ts';
import type { Packet } from './pcap.ts';

/**
 * Milliseconds from each trunk call's first INVITE to the PBX to the INVITE that the PBX sent on
 * to the phone, both as the PBX's interface saw them. Every call has a calling number of its own.
 */
export function delaysIn(packets: readonly Packet[]): number[] {
  const cameAt = new Map<string, number>();
  const delays: number[] = [];
  for (const { at, from, payload } of packets) {
    const text = payload.toString('latin1');
    const number = /^INVITE [\s\S]*?\r\nFrom: [^\r\n]*<sip:(\+42022200\d+)@/.exec(text)?.[1];
    if (number === undefined) continue;
    const came = cameAt.get(number);
    if ((from === TRUNK || from === TRUNK6) && came === undefined) cameAt.set(number, at);
    if (from === PBX && came !== undefined) {
      delays.push(at - came);
      // Retransmissions of either are no call of their own.
      cameAt.set(number, Number.POSITIVE_INFINITY);
    }
  }
  return delays.filter((ms) => ms >= 0);
}
