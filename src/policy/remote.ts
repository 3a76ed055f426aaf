import { networkInterfaces } from 'node:os';
import { parseAddress } from '../event/source.ts';
import { itemsOf, field } from './data.ts';
import { isLoopback } from './loopback.ts';
import type { PbxPolicy } from './policy-pbx.ts';
import type { Policy } from './policy.ts';
import { isThroughSsh } from './policy-reach.ts';
import type { Finding } from './problem.ts';
import { show } from './problem.ts';

/** Reports whether this PBX is another machine, as far as its policy shows. */
export function isRemote(pbx: PbxPolicy): boolean {
  const { host } = 'asterisk' in pbx ? pbx.asterisk : pbx.freeswitch;
  return isThroughSsh(pbx) || !isHere(host);
}

/**
 * Reports whether nothing on this machine stands between its PBXs and a source: all are others,
 * and no enforcer acts here, as it would on their gateway.
 */
export function guardsFromAfar({ pbxs, enforce }: Pick<Policy, 'pbxs' | 'enforce'>): boolean {
  const acts = enforce.some(({ kind }) => LOCAL.some(({ name }) => name === kind));
  return !acts && pbxs.every(isRemote);
}

/**
 * Enforcers that act on the machine Ghostgate runs on guard nobody where every PBX is another
 * one. Works on the data as the file has it.
 */
export function localEnforcers(data: unknown): Finding[] {
  const pbxs = itemsOf(field(data, 'pbxs'));
  if (pbxs.length === 0 || !pbxs.every(isRemoteAsWritten)) return [];
  if (field(data, 'enforce_here') === true) return [];
  return itemsOf(field(data, 'enforce')).flatMap((enforcer, at): Finding[] => {
    const kind = LOCAL.find(({ name }) => enforcer === name || field(enforcer, name) !== undefined);
    if (kind === undefined) return [];
    const message = `${show(kind.name)} ${kind.acts}, and every PBX is another machine`;
    return [{ path: ['enforce', at], message, hint: HINT }];
  });
}

const LOCAL = [
  { name: 'nftables', acts: "drops this machine's packets alone" },
  { name: 'ipset', acts: "drops this machine's packets alone" },
  { name: 'fail2ban', acts: 'bans on this machine alone' },
  { name: 'asterisk-acl', acts: 'writes a file on this machine' },
  { name: 'freeswitch-acl', acts: 'writes a file on this machine' },
] as const;

const HINT =
  "take it out and write gate: { enabled: true }: bans then go into the PBX's own gate; or enforce_here: true, where the PBX's SIP passes this machine or its files lie here";

function isRemoteAsWritten(pbx: unknown): boolean {
  if (field(pbx, 'ssh') !== undefined) return true;
  const host = field(field(pbx, 'asterisk') ?? field(pbx, 'freeswitch'), 'host');
  return typeof host === 'string' && !isHere(host);
}

/** Names other than localhost are taken for other machines: that is what they are written for. */
function isHere(host: string): boolean {
  if (isLoopback(host)) return true;
  const address = parseAddress(host);
  if (address === undefined) return false;
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return own.some((each) => parseAddress(each.address.split('%', 1)[0] ?? '') === address);
}
