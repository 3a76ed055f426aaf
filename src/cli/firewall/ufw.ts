import type { Front } from './front.ts';
import { portLists, preamble } from './front.ts';

/**
 * Commands for ufw 0.36 and later. `prepend` puts each rule above all others of its family, so
 * the rule that is to come last is written first.
 */
export function ufwLines(front: Front): string[] {
  const lists = portLists(front.ports).flatMap((list) =>
    ['udp', 'tcp'].map((protocol) => ({ list, protocol })),
  );
  const denials = lists.map(({ list, protocol }) => `deny proto ${protocol} to any port ${list}`);
  const allowed = [...front.v4, ...front.v6].flatMap(({ network, whose }) =>
    lists.map(({ list, protocol }) => ({
      rule: `allow proto ${protocol} from ${network} to any port ${list}`,
      whose,
    })),
  );
  return [
    ...preamble(front).map((line) => `# ${line}`),
    '# On a router before the PBX, write `ufw route prepend` in place of `ufw prepend`.',
    '',
    '# Everyone else, IPv4 and IPv6 (IPV6=yes in /etc/default/ufw): dropped without an answer.',
    ...denials.map((rule) => `ufw prepend ${rule} comment 'Ghostgate: everyone else'`),
    '',
    '# Above them, who may send.',
    ...allowed.map(({ rule, whose }) => `ufw prepend ${rule} comment '${whose}'`),
    '',
    '# Flows that run already go on until they are quiet: `conntrack -F` ends them (and all others).',
    '# To undo:',
    ...[...denials, ...allowed.map(({ rule }) => rule)].map((rule) => `#   ufw delete ${rule}`),
  ];
}
