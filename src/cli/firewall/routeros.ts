import type { Front, FrontSource } from './front.ts';
import { portLists, preamble } from './front.ts';

const LIST = 'ghostgate-sip';

/**
 * A script for MikroTik's RouterOS 6.42 and later. In the table `raw`: it comes before
 * connections are tracked, and no order among other rules has to be guessed.
 */
export function routerosLines(front: Front): string[] {
  return [
    ...preamble(front).map((line) => `# ${line}`),
    '# WAN is the interface list of the default configuration: /interface list member print',
    '# Rules of yours in /ip firewall raw that accept SIP stand before these: move them then.',
    ...family('/ip', front.v4, front.ports),
    ...family('/ipv6', front.v6, front.ports),
    '',
    '# To undo:',
    ...['/ip', '/ipv6'].flatMap((path) => removal(path).map((line) => `#   ${line}`)),
  ];
}

function family(path: string, sources: readonly FrontSource[], ports: readonly number[]): string[] {
  const drops = portLists(ports).flatMap((list) =>
    ['udp', 'tcp'].map(
      (protocol) =>
        `${path} firewall raw add chain=prerouting in-interface-list=WAN protocol=${protocol} ` +
        `dst-port=${list} src-address-list=!${LIST} action=drop comment="${LIST}"`,
    ),
  );
  return [
    '',
    `# ${path === '/ip' ? 'IPv4' : 'IPv6'}. What an earlier run has made goes first.`,
    ...removal(path),
    '# Who may send.',
    ...sources.map(
      ({ network, whose }) =>
        `${path} firewall address-list add list=${LIST} address=${network} comment="${whose}"`,
    ),
    '# Everyone else is dropped without an answer, on the SIP ports alone.',
    ...drops,
  ];
}

function removal(path: string): string[] {
  return [
    `${path} firewall raw remove [find comment="${LIST}"]`,
    `${path} firewall address-list remove [find list="${LIST}"]`,
  ];
}
