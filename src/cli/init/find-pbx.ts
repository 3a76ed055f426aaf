import { posix } from 'node:path';
import { freeswitchLayout } from '../../pbx/freeswitch/layout.ts';
import { lastOf } from '../install/conf.ts';
import { readConf } from '../install/conf-tree.ts';
import type { Files } from '../install/change.ts';
import { freepbxSign } from '../install/freepbx-sign.ts';
import { xmlTags } from '../install/xml-tags.ts';
import type { FoundPbx } from './found.ts';

/** Where to look. */
export interface Places {
  /** Configuration of Asterisk. */
  readonly etc: string;
  /** Configuration of FreeSWITCH, when a person has named it. */
  readonly conf: string | undefined;
  /** FusionPBX's own. */
  readonly config: string;
}

/** Every PBX whose configuration is on this machine. */
export function findPbxs(files: Files, { etc, conf, config }: Places): FoundPbx[] {
  const found: FoundPbx[] = [];
  const asterisk = posix.join(etc, 'asterisk.conf');
  const freepbx = freepbxSign(files, etc);
  if (files.read(asterisk) !== undefined) {
    const kind = freepbx === undefined ? 'asterisk' : 'freepbx';
    found.push({ kind, folder: etc, sign: freepbx ?? asterisk, port: amiPort(files, etc) });
  }
  const layout = freeswitchLayout(files, conf);
  const fusion = files.read(config);
  if (fusion !== undefined) {
    const port = /^\s*switch\.event_socket\.port\s*=\s*(\d{1,5})\s*$/m.exec(fusion)?.[1];
    const folder = layout?.folder ?? conf ?? '/etc/freeswitch';
    found.push({ kind: 'fusionpbx', folder, sign: config, port: unusual(port, 8021) });
  } else if (layout !== undefined) {
    const { kind, folder, eventSocket } = layout;
    const sign = posix.join(folder, 'freeswitch.xml');
    const port = xmlTags(files.read(eventSocket.file) ?? '').findLast(
      ({ name, attributes }) => name === 'param' && attributes['name'] === 'listen-port',
    )?.attributes['value'];
    const known = kind === 'vanilla' ? 'freeswitch' : kind;
    found.push({ kind: known, folder, sign, port: unusual(port, 8021) });
  }
  return found;
}

function amiPort(files: Files, etc: string): number | undefined {
  const { sections } = readConf(files, etc, 'manager.conf');
  const general = sections.find(({ name }) => name.toLowerCase() === 'general');
  return unusual(lastOf(general, 'port')?.value, 5038);
}

function unusual(text: string | undefined, usual: number): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : usual;
  return port === usual || port < 1 || port > 65_535 ? undefined : port;
}
