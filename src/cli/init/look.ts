import { readAsterisk } from '../install/asterisk-files.ts';
import type { Found, FoundPbx } from './found.ts';
import type { Machine } from './machine.ts';
import { findNetworks, type NetworkSigns } from './networks.ts';
import { findPhones } from './phones.ts';
import { freeswitchPorts, freeswitchTrunks, runningGateways } from './trunks-freeswitch.ts';
import { pjsipLocalNetworks, pjsipPorts, pjsipTrunks } from './trunks-pjsip.ts';
import { sipLocalNetworks, sipPorts, sipTrunks } from './trunks-sip.ts';
import { trunkList, type TrunkList } from './trunk-list.ts';

/** Everything that this machine tells of a PBX: its trunks, networks, phones and ports. */
export async function look(machine: Machine, pbx: FoundPbx): Promise<Found> {
  const list = trunkList();
  const isAsterisk = pbx.kind === 'asterisk' || pbx.kind === 'freepbx';
  const read = isAsterisk
    ? lookAsterisk(machine, pbx, list)
    : await lookFreeswitch(machine, pbx, list);
  const phones = await findPhones(machine, pbx.kind);
  const { trunks, notes } = list.found();
  const { interfaces, admin } = machine;
  return {
    pbx,
    trunks,
    phones,
    networks: findNetworks({ interfaces, admin, local: read.local, phones: phones.addresses }),
    sipPorts: [...new Set(read.ports)]
      .filter((port) => port > 0 && port < 65_536)
      .toSorted((a, b) => a - b),
    notes: [...notes, ...(phones.notAsked === undefined ? [] : [phones.notAsked])],
  };
}

interface Read {
  readonly ports: readonly number[];
  readonly local: NetworkSigns['local'];
}

function lookAsterisk({ files }: Machine, { folder }: FoundPbx, list: TrunkList): Read {
  const { pjsip, wizard, sip } = readAsterisk(files, folder);
  pjsipTrunks(list, pjsip, wizard);
  sipTrunks(list, sip);
  for (const { where, what } of [...pjsip.problems, ...wizard.problems, ...sip.problems])
    list.note(`${where}: ${what}: trunks may stand there that were not seen`);
  return {
    ports: [...pjsipPorts(pjsip), ...sipPorts(sip)],
    local: [...pjsipLocalNetworks(pjsip), ...sipLocalNetworks(sip)],
  };
}

async function lookFreeswitch(
  machine: Machine,
  { folder, kind }: FoundPbx,
  list: TrunkList,
): Promise<Read> {
  freeswitchTrunks(list, machine.files, folder);
  // FusionPBX keeps gateways in its database: the running FreeSWITCH has them all.
  const told = await machine.says(['fs_cli', '-x', 'sofia xmlstatus gateway']);
  if (told !== undefined) runningGateways(list, told);
  else if (kind === 'fusionpbx') {
    list.note('FreeSWITCH does not answer: gateways that stand in the database were not seen');
  }
  return { ports: freeswitchPorts(machine.files, folder), local: [] };
}
