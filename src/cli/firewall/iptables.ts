import type { Front, FrontSource } from './front.ts';
import { portLists, preamble } from './front.ts';

const CHAIN = 'GHOSTGATE_SIP';

/** A shell script for iptables and ip6tables; it may be run again. */
export function iptablesLines(front: Front): string[] {
  return [
    ...preamble(front).map((line) => `# ${line}`),
    '# For the PBX itself. On a router before it, put FORWARD -i WAN-INTERFACE in place of INPUT.',
    '# They last until the next boot: keep them with netfilter-persistent save.',
    ...family('iptables', front.v4, front.ports),
    ...family('ip6tables', front.v6, front.ports),
    '# To undo:',
    ...['iptables', 'ip6tables'].flatMap((program) => [
      ...hooks(front.ports).map((hook) => `#   ${program} -D ${hook}`),
      `#   ${program} -F ${CHAIN}; ${program} -X ${CHAIN}`,
    ]),
  ];
}

function family(program: string, sources: readonly FrontSource[], ports: readonly number[]) {
  return [
    '',
    `# ${program === 'iptables' ? 'IPv4' : 'IPv6'}. The chain first: who may send goes on to your other rules, the rest is dropped.`,
    `${program}-restore --noflush <<'END'`,
    '*filter',
    `:${CHAIN} - [0:0]`,
    `-A ${CHAIN} -i lo -j RETURN`,
    ...sources.map(
      ({ network, whose }) => `-A ${CHAIN} -s ${network} -m comment --comment "${whose}" -j RETURN`,
    ),
    `-A ${CHAIN} -j DROP`,
    'COMMIT',
    'END',
    '# Then the SIP ports are sent through it, before every other rule.',
    ...hooks(ports).map((hook) => `${program} -C ${hook} 2>/dev/null || ${program} -I ${hook}`),
  ];
}

function hooks(ports: readonly number[]): string[] {
  return portLists(ports).flatMap((list) =>
    ['udp', 'tcp'].map(
      (protocol) => `INPUT -p ${protocol} -m multiport --dports ${list} -j ${CHAIN}`,
    ),
  );
}
