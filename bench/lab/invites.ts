import { PBX, TRUNK } from '../../test/lab/net.ts';

/**
 * Milliseconds from each trunk call's first INVITE to the PBX to the INVITE that the PBX sent on
 * to the phone, both as the PBX's interface saw them. Every call has a calling number of its own.
 * @param pcap what `tcpdump -w` wrote (microseconds, Ethernet, IPv4, UDP)
 */
export function delaysIn(pcap: Buffer): number[] {
  const cameAt = new Map<string, number>();
  const delays: number[] = [];
  for (let at = 24; at + 16 <= pcap.length;) {
    const seconds = pcap.readUInt32LE(at);
    const length = pcap.readUInt32LE(at + 8);
    const ip = at + 16 + 14;
    const text = pcap.toString('latin1', ip + 28, at + 16 + length);
    const number = /^INVITE [\s\S]*?\r\nFrom: [^\r\n]*<sip:(\+42022200\d+)@/.exec(text)?.[1];
    if (number !== undefined) {
      const micros = seconds * 1e6 + pcap.readUInt32LE(at + 4);
      const from = pcap.subarray(ip + 12, ip + 16).join('.');
      const came = cameAt.get(number);
      if (from === TRUNK && came === undefined) cameAt.set(number, micros);
      if (from === PBX && came !== undefined) {
        delays.push((micros - came) / 1000);
        // Retransmissions of either are no call of their own.
        cameAt.set(number, Number.POSITIVE_INFINITY);
      }
    }
    at += 16 + length;
  }
  return delays.filter((ms) => ms >= 0);
}
