import { parseArgs } from 'node:util';
import { trunkDns } from '../policy/dns.ts';
import { loadPolicy } from '../policy/load.ts';
import { lookUp, type TrunkDns } from '../policy/lookup.ts';
import { problemText } from '../policy/problem.ts';
import { frontOf, type Front } from './firewall/front.ts';
import { iptablesLines } from './firewall/iptables.ts';
import { nftablesLines } from './firewall/nftables.ts';
import { opnsenseLines } from './firewall/opnsense.ts';
import { routerosLines } from './firewall/routeros.ts';
import { ufwLines } from './firewall/ufw.ts';
import { EXIT_NO } from './client.ts';
import { misused } from './args.ts';
import { fail, json, type Output } from './output.ts';

const KINDS: Readonly<Record<string, (front: Front) => string[]>> = {
  routeros: routerosLines,
  opnsense: opnsenseLines,
  ufw: ufwLines,
  iptables: iptablesLines,
  nftables: nftablesLines,
};

const HELP = `ghostgate firewall --for KIND [--policy FILE] [--json]

Prints what makes the firewall in front of the PBX take SIP from the addresses
of the policy's trunks and trusted networks alone, in its own commands, IPv4 and
IPv6, with how to undo it. Touches nothing. KIND is one of routeros (MikroTik),
opnsense, ufw, iptables, nftables. FILE is /etc/ghostgate/policy.yaml when left
out. Names of trunks are looked up now: a name that has no address ends it, for
the rule would shut that trunk out.

Examples:
  ghostgate firewall --for routeros > ghostgate.rsc
  ghostgate firewall --for ufw --policy policy.yaml
  ghostgate firewall --for iptables | sudo sh

Exit codes: 0 printed, 1 bad policy or no address for a trunk, 2 usage`;

/** `ghostgate firewall --for KIND`: lockdown's rule, for the machine in front. */
export async function firewall(
  args: string[],
  out: Output,
  dns: TrunkDns = trunkDns(),
): Promise<number> {
  const asked = readArgs(args, out);
  if (typeof asked === 'number') return asked;
  const { kind, file } = asked;
  const lines = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (lines === undefined) {
    return misused(out, 'firewall', `say --for one of ${Object.keys(KINDS).join(', ')}`);
  }
  const loaded = await loadPolicy(file);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) out.err(problemText(problem));
    const hint = `ghostgate check ${file}; or name another policy with --policy`;
    return fail(out, EXIT_NO, `the policy ${file} cannot be used`, hint);
  }
  const { policy } = loaded;
  const addressesByHost = new Map<string, readonly string[]>();
  for (const host of new Set(policy.trunks.flatMap(({ hosts }) => hosts))) {
    const { found, trouble, complete } = await lookUp(dns, host);
    if (trouble !== undefined) {
      const why = `${host}: ${trouble.message}; the rule would shut its trunk out`;
      return fail(out, EXIT_NO, why, 'again when DNS answers, or name its addresses in the policy');
    }
    if (!complete) {
      out.err(`ghostgate: DNS has answered for ${host} in part: addresses may be missing`);
    }
    addressesByHost.set(host, [...found.keys()].toSorted());
  }
  const front = frontOf(policy, addressesByHost);
  if (front.v4.length + front.v6.length === 0) {
    const why = 'the policy names no trunk and no trusted network: everyone would be shut out';
    return fail(out, EXIT_NO, why, 'name the trunks in the policy');
  }
  if (asked.json) json(out, { for: kind, ...front, lines: lines(front) });
  else out.out(lines(front).join('\n'));
  return 0;
}

function readArgs(
  args: string[],
  out: Output,
): { kind: string; file: string; json: boolean } | number {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help === true) {
      out.out(HELP);
      return 0;
    }
    return {
      kind: values.for ?? '',
      file: values.policy ?? '/etc/ghostgate/policy.yaml',
      json: values.json === true,
    };
  } catch (error) {
    return misused(out, 'firewall', error instanceof Error ? error.message : String(error));
  }
}

const OPTIONS = {
  for: { type: 'string' },
  policy: { type: 'string', short: 'p' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
