import { freeswitchLayout } from '../../pbx/freeswitch/layout.ts';
import type { Files } from '../install/change.ts';
import { daemonUser } from '../install/daemon-user.ts';
import { aclPlace } from '../install/asterisk-files.ts';
import type { Asker } from './asker.ts';
import type { Choices } from './choices.ts';
import type { Found, FoundPbx, FoundTrunk } from './found.ts';
import type { Machine } from './machine.ts';
import { policyName } from './trunk-list.ts';
import { type Asked, NAME, readNetworks, readTrunks } from './wanted.ts';

/** Something only a person knows, and nobody told. */
export interface Missing {
  readonly missing: string;
  readonly hint: string;
}

/** What the policy is written from: what was found, with what was told or answered besides. */
export async function answered(
  found: Found,
  asked: Asked,
  machine: Machine,
  person: Asker | undefined,
): Promise<Choices | Missing> {
  const site = await siteOf(asked, machine, person);
  const trunks = await trunksOf(found, asked, person);
  if ('missing' in trunks) return trunks;
  return {
    site,
    pbx: found.pbx,
    trunks,
    networks: await networksOf(found, asked, person),
    phones: found.phones,
    sipPorts: found.sipPorts,
    secretsFolder: asked.secretsFolder,
    aclFile: aclFile(machine.files, found.pbx, asked),
    nftables: NFT.some((path) => machine.files.read(path) !== undefined),
    gate: false,
  };
}

const NFT = ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft', '/usr/local/sbin/nft'];

async function siteOf(
  { site }: Asked,
  { hostname }: Machine,
  person: Asker | undefined,
): Promise<string> {
  if (site !== undefined) return site;
  const usual = policyName(hostname) || 'pbx';
  for (let wrong = ''; ; wrong = 'Only letters, digits, dots and hyphens. ') {
    const answer = (await person?.asks(`${wrong}Name of this site`, usual)) ?? usual;
    if (NAME.test(answer)) return answer;
  }
}

async function trunksOf(
  { trunks: all }: Found,
  { trunks: told }: Asked,
  person: Asker | undefined,
): Promise<FoundTrunk[] | Missing> {
  if (told === 'none') return [];
  const found = all.filter(({ name }) => !told.some((each) => each.name === name));
  const trunks = [...told, ...found];
  if (person === undefined) {
    if (trunks.length > 0) return trunks;
    const missing = 'no trunk was found: which carrier’s addresses may call?';
    return { missing, hint: '--trunk NAME=ADDRESS,… , or --trunk none if there is no carrier' };
  }
  const question =
    trunks.length === 0
      ? 'Addresses or names of your carrier, comma-separated (empty: none)'
      : 'Has your carrier more addresses or names? (empty: no)';
  for (let wrong = ''; ;) {
    const answer = await person.asks(`${wrong}${question}`, '');
    if (answer === '') return trunks;
    const read = readTrunks([`carrier=${answer}`]);
    if (typeof read === 'string') {
      wrong = `${read.replace('--trunk carrier: ', '')}\n`;
      continue;
    }
    const name = trunks.some((each) => each.name === 'carrier') ? 'carrier-too' : 'carrier';
    return [...trunks, ...read.map((each) => ({ ...each, name }))];
  }
}

async function networksOf(
  { networks: all }: Found,
  { networks: told }: Asked,
  person: Asker | undefined,
): Promise<Choices['networks']> {
  if (told === 'none') return [];
  const given = told.map((network) => ({ network, why: 'as told' }));
  const found = all.filter(({ network }) => !told.includes(network));
  if (person === undefined) return [...given, ...found.filter(({ sure }) => sure)];
  const kept: Choices['networks'][number][] = [];
  for (const { network, why, sure } of found) {
    if (await person.agrees(`Trust ${network}? (${why})`, sure)) kept.push({ network, why });
  }
  const question = 'Other networks to trust, comma-separated (empty: none)';
  for (let wrong = ''; ;) {
    const answer = await person.asks(`${wrong}${question}`, '');
    const read = readNetworks(answer === '' || answer === 'none' ? [] : [answer]);
    if ('mistake' in read || read.list === 'none') {
      wrong = `${'mistake' in read ? read.mistake : ''}\n`;
      continue;
    }
    return [...given, ...kept, ...read.list.map((network) => ({ network, why: 'as told' }))];
  }
}

function aclFile(files: Files, { kind, folder }: FoundPbx, { places }: Asked): string | undefined {
  if (kind === 'asterisk' || kind === 'freepbx') return aclPlace(files, folder);
  // A daemon that is not root cannot write into FreeSWITCH's folder: the gate's own list does.
  if (daemonUser(files) !== undefined) return undefined;
  const layout = freeswitchLayout(files, places.conf);
  return layout?.acl.from === 'files' ? layout.acl.include : undefined;
}
