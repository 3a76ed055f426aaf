import { parseAddress, parseHostPort } from '../../event/source.ts';
import type { Kind } from '../install/manifest.ts';
import type { FoundPhones } from './found.ts';
import type { Machine } from './machine.ts';
import { sourceText } from '../../pbx/trunk-source.ts';

/** Addresses that phones are registered from now, as the running PBX tells them. */
export async function findPhones(machine: Machine, kind: Kind): Promise<FoundPhones> {
  if (kind === 'freeswitch' || kind === 'fusionpbx') {
    const told = await machine.says(['fs_cli', '-x', 'show registrations as json']);
    return told === undefined ? NOT_ASKED_FS : { addresses: registrations(told) };
  }
  const asked = ['database show registrar', 'database show SIP/Registry'];
  const told = await Promise.all(asked.map((each) => machine.says(['asterisk', '-rx', each])));
  if (told.every((each) => each === undefined)) return NOT_ASKED;
  const [pjsip = '', sip = ''] = told;
  return { addresses: distinct([...contacts(pjsip), ...registry(sip)]) };
}

const NOT_ASKED: FoundPhones = {
  addresses: [],
  notAsked: 'Asterisk does not answer: which phones are registered could not be asked',
};
const NOT_ASKED_FS: FoundPhones = {
  addresses: [],
  notAsked: 'FreeSWITCH does not answer: which phones are registered could not be asked',
};

/** `/registrar/contact/6001;@…: {"via_addr":"…","uri":"sip:6001@192.0.2.1:5060","expiration_time":"…"}` */
function contacts(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const uri = /^\/registrar\/contact\/.{1,2000}?"uri":"((?:[^"\\]|\\.){1,1000})"/.exec(line)?.[1];
    return address(uri === undefined ? undefined : sourceText(uri.replaceAll('\\/', '/')));
  });
}

/** `/SIP/Registry/6001 : 192.0.2.1:5060:3600:6001:sip:6001@…` */
function registry(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const place = /^\/SIP\/Registry\/.{1,200}?: (\[[^\]]{1,60}\]|[\d.]{7,15}):\d/.exec(line)?.[1];
    return address(parseHostPort(place ?? '')?.address);
  });
}

function registrations(text: string): string[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return [];
  }
  const rows: unknown =
    typeof read === 'object' && read !== null && 'rows' in read ? read.rows : [];
  const list: unknown[] = Array.isArray(rows) ? rows : [];
  return distinct(
    list.flatMap((row) =>
      typeof row === 'object' && row !== null && 'network_ip' in row
        ? address(typeof row.network_ip === 'string' ? row.network_ip : undefined)
        : [],
    ),
  );
}

function address(text: string | undefined): string[] {
  const read = parseAddress(text ?? '');
  return read === undefined ? [] : [read];
}

function distinct(list: readonly string[]): string[] {
  return [...new Set(list)];
}
