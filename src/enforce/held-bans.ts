import { readFile } from 'node:fs/promises';
import { cleanText } from '../event/text.ts';
import { parseNetwork } from '../event/source.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import { aclEntries } from './acl-file.ts';
import { crowdsecApi, type CrowdsecLogin } from './crowdsec-api.ts';
import { heldDecisions, listPath, originOf } from './crowdsec-text.ts';
import { fail2banCommand } from './fail2ban-socket.ts';
import { ipsetRun } from './ipset-run.ts';
import { banSetNames, savedTargets } from './ipset-text.ts';
import { nftElements, nftShape } from './nft-run.ts';
import { banSetNamed } from './nft-table.ts';

/** Who is shut out in one place, as the place itself says. */
export interface HeldBans {
  /** Like `nftables table ghostgate`, `fail2ban jail sshd`. */
  readonly place: string;
  /** Canonical addresses and prefixes. */
  readonly targets: readonly string[];
  /** Command that lets one in again. */
  readonly release: (target: string) => string;
}

export interface Held {
  readonly places: readonly HeldBans[];
  /** Places that could not be asked, in words. */
  readonly unseen: readonly string[];
}

/**
 * Looks who is shut out, in the places of the policy and in every jail of fail2ban, whoever put
 * them there. Changes nothing. Never rejects.
 * @param fail2banSocket asked where the policy names none; silence there means that there is none
 */
export async function heldBans(
  enforce: readonly EnforcerPolicy[],
  command: readonly string[] = ['nft'],
  fail2banSocket = '/var/run/fail2ban/fail2ban.sock',
): Promise<Held> {
  const places: HeldBans[] = [];
  const unseen: string[] = [];
  const look = async (name: string, asked: Promise<readonly HeldBans[]>): Promise<void> => {
    try {
      places.push(...(await asked));
    } catch (error) {
      unseen.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const place of enforce) {
    if (place.kind === 'nftables') await look('nftables', inTable(command, place.table));
    else if (place.kind === 'asterisk-acl')
      await look('asterisk-acl', inFile(place.file, place.acl));
    else if (place.kind === 'ipset') await look('ipset', inSets(place.set));
    else if (place.kind === 'crowdsec') await look('crowdsec', inDecisions(place));
  }
  const named = enforce.find((place) => place.kind === 'fail2ban');
  const socket = named?.kind === 'fail2ban' ? named.socket : fail2banSocket;
  const jails = inJails(socket);
  if (named === undefined) places.push(...(await jails.catch(() => [])));
  else await look('fail2ban', jails);
  return { places, unseen };
}

async function inTable(command: readonly string[], table: string): Promise<HeldBans[]> {
  const { sets } = await nftShape(command, table);
  const targets: string[] = [];
  for (const name of sets) {
    const set = banSetNamed(name);
    if (set === undefined) continue;
    const suffix = name.includes('net') ? `/${set.bits}` : '';
    for (const element of await nftElements(command, table, name)) targets.push(element + suffix);
  }
  return [{ place: `nftables table ${table}`, targets, release: unban }];
}

async function inSets(set: string): Promise<HeldBans[]> {
  const saved = await Promise.all(
    banSetNames(set).map(({ name }) => ipsetRun(['ipset', 'save', name])),
  );
  return [
    { place: `ipset ${set}4 and ${set}6`, targets: saved.flatMap(savedTargets), release: unban },
  ];
}

/** Ours, CrowdSec's own and those of people; not the central blocklist's, of which there are thousands. */
async function inDecisions(login: CrowdsecLogin): Promise<HeldBans[]> {
  const api = crowdsecApi(login);
  const targets = new Set<string>();
  for (const origin of [originOf(login.machine), 'crowdsec', 'cscli']) {
    const held = heldDecisions(await api.ask('GET', listPath(origin)), origin);
    for (const target of held) targets.add(target);
  }
  return [{ place: 'CrowdSec', targets: [...targets], release: deleteDecision }];
}

function deleteDecision(target: string): string {
  return `cscli decisions delete ${target.includes('/') ? '--range' : '--ip'} ${target}`;
}

async function inFile(file: string, acl: string): Promise<HeldBans[]> {
  const entries = aclEntries(await readFile(file, 'utf8'));
  return [{ place: `ACL ${acl}`, targets: entries.map(({ target }) => target), release: unban }];
}

async function inJails(socket: string): Promise<HeldBans[]> {
  const status = await fail2banCommand(socket, ['status']);
  const found: HeldBans[] = [];
  for (const jail of jailNames(status)) {
    const list = await fail2banCommand(socket, ['get', jail, 'banned']);
    const texts = Array.isArray(list) ? list : [];
    const targets = texts.flatMap((text) =>
      typeof text === 'string' ? (parseNetwork(text) ?? []) : [],
    );
    const release = (target: string): string => `fail2ban-client set ${jail} unbanip ${target}`;
    found.push({ place: `fail2ban jail ${jail}`, targets, release });
  }
  return found;
}

/** The server answers `[['Number of jail', 2], ['Jail list', 'asterisk, sshd']]`. */
function jailNames(status: unknown): string[] {
  for (const row of Array.isArray(status) ? status : []) {
    const [title, list]: unknown[] = Array.isArray(row) ? row : [];
    if (title !== 'Jail list' || typeof list !== 'string') continue;
    const names = list.split(',').map((name) => cleanText(name.trim()) ?? '');
    return names.filter((name) => /^[\w.-]{1,64}$/.test(name)).slice(0, MOST_JAILS);
  }
  return [];
}

const MOST_JAILS = 100;

function unban(target: string): string {
  return `ghostgate unban ${target}`;
}
