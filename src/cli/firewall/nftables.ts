import type { Front, FrontSource } from './front.ts';
import { preamble } from './front.ts';

const TABLE = 'inet ghostgate_front';

/** A file for `nft -f`; it may be loaded again. */
export function nftablesLines(front: Front): string[] {
  return [
    '#!/usr/sbin/nft -f',
    ...preamble(front).map((line) => `# ${line}`),
    '# To undo:',
    `#   nft delete table ${TABLE}`,
    '',
    '# The interface that the outside is on: change it. Other interfaces are left alone.',
    'define wan = "eth0"',
    '',
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    '  # Who may send.',
    ...setLines('open4', 'ipv4_addr', front.v4),
    ...setLines('open6', 'ipv6_addr', front.v6),
    '  # Everyone else is dropped without an answer, before connections are tracked.',
    '  chain sip {',
    '    type filter hook prerouting priority -300; policy accept;',
    '    ip saddr @open4 accept',
    '    ip6 saddr @open6 accept',
    `    iifname $wan meta l4proto { tcp, udp } th dport { ${front.ports.join(', ')} } counter drop`,
    '  }',
    '}',
  ];
}

function setLines(name: string, type: string, sources: readonly FrontSource[]): string[] {
  const elements = sources.map(({ network, whose }) => `      ${network}, # ${whose}`);
  return [
    `  set ${name} {`,
    `    type ${type}; flags interval;`,
    ...(elements.length === 0 ? [] : ['    elements = {', ...elements, '    }']),
    '  }',
  ];
}
