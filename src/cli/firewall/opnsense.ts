import type { Front, FrontSource } from './front.ts';
import { preamble } from './front.ts';

const ALIAS = 'ghostgate_sip';
const PORTS = 'ghostgate_sip_ports';

/**
 * A shell script for OPNsense's own API (its manual: Firewall API), as its pages use it. The rules
 * are then seen under Firewall: Automation (in newer versions Firewall: Rules).
 */
export function opnsenseLines(front: Front): string[] {
  const sources = [...front.v4, ...front.v6];
  const alias = (name: string, type: string, content: readonly (string | number)[]) => ({
    alias: {
      enabled: '1',
      name,
      type,
      content: content.join('\n'),
      description: `Ghostgate, site ${front.site}`,
    },
  });
  const rules = ['inet', 'inet6'].flatMap((ipprotocol) =>
    ['UDP', 'TCP'].map((protocol) => ({ ipprotocol, protocol })),
  );
  return [
    '#!/bin/sh',
    ...preamble(front).map((line) => `# ${line}`),
    ...sources.map(({ network, whose }) => `#   ${network}  ${whose}`),
    '# Say where it is, and with which key (System: Access: Users: API keys):',
    '#   OPNSENSE=https://192.168.1.1 KEY=... SECRET=... sh FILE',
    'set -eu',
    'api() {',
    // The key on a command line would be seen by every user of this machine.
    `  printf 'user = "%s:%s"\\n' "$KEY" "$SECRET" | curl --config - --fail --silent --show-error \\`,
    `    --header 'Content-Type: application/json' --data "$2" "$OPNSENSE/api/firewall/$1"`,
    '  echo',
    '}',
    '',
    '# Who may send, and the SIP ports. Made once: later, change them under Firewall: Aliases.',
    call('alias/addItem', alias(ALIAS, 'network', sources.map(withLength))),
    call('alias/addItem', alias(PORTS, 'port', front.ports)),
    call('alias/reconfigure', {}),
    '',
    '# Everyone else is dropped without an answer, on the interface wan.',
    ...rules.map(({ ipprotocol, protocol }, at) =>
      call('filter/addRule', {
        rule: {
          enabled: '1',
          sequence: String(at + 1),
          action: 'block',
          quick: '1',
          interface: 'wan',
          direction: 'in',
          ipprotocol,
          protocol,
          source_net: ALIAS,
          source_not: '1',
          destination_net: 'any',
          destination_port: PORTS,
          description: 'Ghostgate: SIP from known sources alone',
        },
      }),
    ),
    call('filter/apply', {}),
    '',
    '# Flows that run already go on: Firewall: Diagnostics: States, to end them.',
    '# To undo: delete these four rules and apply, then the two aliases.',
  ];
}

/** An alias of networks takes no lone address in every version. */
function withLength({ network }: FrontSource): string {
  if (network.includes('/')) return network;
  return `${network}/${network.includes(':') ? 128 : 32}`;
}

/** In single quotes: no word of ours holds one. */
function call(path: string, body: unknown): string {
  return `api ${path} '${JSON.stringify(body)}'`;
}
